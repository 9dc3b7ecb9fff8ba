// Sub-word pieces: the character runs by which a word outside the table (an identifier, a typo, a new name) still
// gets a vector. Training and use cut words the same way.

const pieceCharsMin = 3
const pieceCharsMax = 5
/** Longer terms are hashes and encoded data, and say nothing by their letters. */
const termCharsMax = 32

/** Runs of 3 to 5 characters of `^term$`; none for terms too long to be words. Pure. */
export function piecesOf(term: string): string[] {
  if (term.length > termCharsMax) return []
  const marked = `^${term}$`
  const pieces: string[] = []
  for (let length = pieceCharsMin; length <= pieceCharsMax; length++) {
    for (let at = 0; at + length <= marked.length; at++) pieces.push(marked.slice(at, at + length))
  }
  return pieces
}
