// Characters that a reader does not see and a program or a model does: controls, bidi overrides, zero-width and tag
// characters, fillers, variation selectors. Wherever remembered text is read, they are shown as a replacement character.
// A few stand where scripts and emoji need them; there, and only there, they stay.

/** Every control and line break but tab and line feed, and all that a program may leave out when it draws a text. */
const hidden =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is being looked for
  /[\u0000-\u0008\u000b\f\u000e-\u001f\u007f-\u009f\u2028\u2029\ufff9-\ufffb\p{Default_Ignorable_Code_Point}]|\r(?!\n)/u
const eachHidden = new RegExp(hidden, 'gu')

/** Scripts that join letters, or keep them apart, by an invisible character. */
const joiningLetter =
  /[\p{sc=Arab}\p{sc=Syrc}\p{sc=Deva}\p{sc=Beng}\p{sc=Guru}\p{sc=Gujr}\p{sc=Orya}\p{sc=Taml}\p{sc=Telu}\p{sc=Knda}\p{sc=Mlym}\p{sc=Sinh}\p{sc=Khmr}]$/u
const emojiBefore = /(?:\p{Emoji}\p{Emoji_Modifier}?)$/u
const pictographBefore = /\p{Extended_Pictographic}[\ufe0f\u{1f3fb}-\u{1f3ff}]?$/u
const pictographAfter = /^\p{Extended_Pictographic}/u
const joiningAfter =
  /^[\p{sc=Arab}\p{sc=Syrc}\p{sc=Deva}\p{sc=Beng}\p{sc=Guru}\p{sc=Gujr}\p{sc=Orya}\p{sc=Taml}\p{sc=Telu}\p{sc=Knda}\p{sc=Mlym}\p{sc=Sinh}\p{sc=Khmr}]/u

/** Code units on each side that say whether an invisible character belongs where it stands. */
const unitsAround = 6

/** The text with U+FFFD for each character that cannot be seen. */
export function visible(text: string): string {
  if (!hidden.test(text)) return text
  return text.replace(eachHidden, (char, at: number) => (belongs(char, text, at) ? char : '\u{fffd}'))
}

function belongs(char: string, text: string, at: number): boolean {
  const before = text.slice(Math.max(0, at - unitsAround), at)
  const after = text.slice(at + char.length, at + char.length + unitsAround)
  if (char === '\ufe0e' || char === '\ufe0f') return emojiBefore.test(before)
  if (char === '\u200d' && pictographBefore.test(before)) return pictographAfter.test(after)
  if (char === '\u200c' || char === '\u200d') return joiningLetter.test(before) && joiningAfter.test(after)
  return false
}

/** JSON text in which hidden characters are written as escapes: the same value, and nothing that steers a terminal. */
export function visibleJson(json: string): string {
  if (!hidden.test(json)) return json
  return json.replace(eachHidden, (char) =>
    Array.from(
      { length: char.length },
      (_, unit) => `\\u${char.charCodeAt(unit).toString(16).padStart(4, '0')}`,
    ).join(''),
  )
}
