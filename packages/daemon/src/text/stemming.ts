// Brings the forms of one English word together: irregular forms by table, the rest by the Snowball English stemmer,
// short forms by table again. Words with anything but a-z in them (codes, other scripts) are left to the tables.
import { stem } from 'porter2'
import { irregularForms, shortForms } from './irregular-forms.ts'

const plainWord = /^[a-z]+$/

const shortFormStems: ReadonlyMap<string, string> = new Map(
  [...shortForms].map(([short, full]) => [stemPlain(short), stemPlain(full)]),
)

/** The index term of one lower-case word. Pure. */
export function stemWord(word: string): string {
  const stemmed = stemPlain(irregularForms.get(word) ?? word)
  return shortFormStems.get(stemmed) ?? stemmed
}

function stemPlain(word: string): string {
  return word.length > 2 && plainWord.test(word) ? stem(word) : word
}
