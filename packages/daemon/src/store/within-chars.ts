// Where a list of texts ends that must fit in memory, wherever it was read from.

/**
 * Up to and with the item whose text goes beyond `charsMax` (UTF-16 units); the next one after a first that does so by
 * itself, so that two are given where there are two. Reads no further from `items`.
 */
export function withinChars<Item extends { readonly text: { readonly length: number } }>(
  items: Iterable<Item>,
  charsMax = Number.POSITIVE_INFINITY,
): Item[] {
  const taken: Item[] = []
  let chars = 0
  for (const item of items) {
    taken.push(item)
    chars += item.text.length
    if (chars > charsMax && taken.length > 1) break
  }
  return taken
}
