// English words that say nothing about a topic. They stay in the index, so that a phrase can be found word for word,
// and are left out of a question unless nothing else is left of it.
import { stemWord } from './stemming.ts'

const surfaceWords = `
a an the and or but if of to in on at for from by with about as is are was were be been being am do does did doing
have has had having i me my mine myself we our ours us you your yours yourself he him his she her hers it its they
them their theirs this that these those what which who whom whose when where why how can could would should will
shall may might must not no nor so than too very just im ive id ill youre youve youd dont didnt doesnt isnt wasnt
arent werent cant couldnt wouldnt thats whats theres there here then also any some all each both more most other
such only own same into over again further once out up down off`

/** Stop-words as the analyser emits them. */
export const stopTerms: ReadonlySet<string> = new Set(
  surfaceWords
    .trim()
    .split(/\s+/)
    .flatMap((word) => [word, stemWord(word)]),
)
