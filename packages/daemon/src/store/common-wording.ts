// Sentences that everybody says to an agent, in every project: "yes please, go ahead". Forgetting one must not bar it
// wherever it is said. Keeps: the words are part of what a forgotten turn's digest is made of (capture-rules.ts), so this
// list is its own and stays as it is; a word added to it would let sentences back in that were barred everywhere. Pure.

/** UTF-16 units; longer ones are nobody's habit. */
const charsMax = 80

const commonWords = new Set(
  `
a about above again ahead all also alright and another any are as at back be before better both but by can change changes
check code commit continue correct could debug did do does don't done either else error errors everything exactly explain
fail failing fails failed file files fine first fix fixed for from further get give go going good got great had happened
has have he hello help here hey hi how i i'd i'll i'm i've if in instead is isn't it it's its just keep last later let
let's like look looks make may maybe me mean more move much must my need never next nice no not nothing now of off ok okay
on once one only or other our out over perfect perhaps please plan proceed problem pull push question read ready really
redo remove rerun result results retry review right run same say see should show so some something sorry sounds start
step steps still stop sure take task tell test tests thank thanks that that's the them then there these they thing things
think this those to too try two undo understand understood until up update us very wait want was way we well were what
what's when where which while who why will with without won't work working works would wrong yeah yep yes yet you your
alles bitte danke das dann doch du es geht gut ist ja jetzt klar mach mal nein nicht noch nochmal sieht so und weiter
adelante aussi bien ça ce c'est de encore en es está et eso estes favor gracias hazlo il la le merci non oui parfait
pas perfecto plaît por s'il si sigue très va vale vas-y vous y
`
    .trim()
    .split(/\s+/),
)

/** Whether `text`, in the form of sameText, is made of common words alone. */
export function isCommonWording(text: string): boolean {
  if (text.length > charsMax) return false
  const words = text.replace(/[’‘]/gu, "'").match(/[\p{L}\p{M}\p{N}'-]+/gu) ?? []
  return words.length > 0 && words.every((word) => commonWords.has(word))
}
