// A name that a caller sent, as an error may repeat it: short enough to hold no text that somebody said by mistake in
// its place, on one line, and unable to steer a terminal or a log.
import { limits } from './limits.ts'

/** Controls, format marks (directions, zero widths, tags), line and paragraph separators. */
const hidden = /[\p{Cc}\p{Cf}\u2028\u2029]/gu

export function toldName(name: string): string {
  // Cut before it is searched: a name may be a megabyte.
  const start = name.slice(0, limits.toldNameCharsMax * 4)
  const chars = [...start.toWellFormed().replace(hidden, '')]
  const isWhole = chars.length <= limits.toldNameCharsMax && start.length === name.length
  return isWhole ? chars.join('') : `${chars.slice(0, limits.toldNameCharsMax - 1).join('')}…`
}
