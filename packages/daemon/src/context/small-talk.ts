// Turns that say nothing to somebody who was not there: short assents and acknowledgements. What names a thing (code, a
// number, a path) is kept, however it begins.

/** Of the longest turn that can be one, UTF-16 units. */
const charsMax = 90
const namesThing = /[`\d/]|\p{L}\.\p{L}|https?:/u

const assent =
  /^(?:(?:yes|yep|yeah|ok|okay|great|perfect|good|nice|lovely|cool|thanks|thank you|super|ja|gut|danke|oui|merci|d['’]accord|sí|gracias|vale|sounds good|looks good|sieht gut aus|parfait|perfecto)\b[\s,!.:)]*)+(?:(?:please|go ahead|do (?:it|that|so)|then|and|very much|so much|commit|push|mach das|bitte|vas-y|adelante)\b[\s,!.]*)*$/iu
const acknowledgement =
  /^(?:understood|noted|okay|ok|got it|sure|alright|all right|great|good|will do|i will|you['’]re welcome|wonderful|thanks|i['’]m (?:sorry|glad|happy)|i['’]ll (?:remember|keep)|that makes me|verstanden|alles klar|notiert|gut|danke|gerne|entendu|compris|d['’]accord|vale|entendido|de acuerdo)\b/iu

/** "Yes, go ahead!" */
export function isAssent(text: string): boolean {
  const said = text.trim()
  return said.length <= charsMax && assent.test(said)
}

/** "Understood, I'll use it from now on." `mayNameThings`: what it answers is known, so naming it again says nothing. */
export function isAcknowledgement(text: string, mayNameThings = false): boolean {
  const said = text.trim()
  return said.length <= charsMax && acknowledgement.test(said) && (mayNameThings || !namesThing.test(said))
}
