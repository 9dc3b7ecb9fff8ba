// The difference between two texts, as people read it: a line or two around each change, + and - in front.
import { structuredPatch } from 'diff'

export function diffLines(before: string, after: string): readonly string[] {
  const { hunks } = structuredPatch('before', 'after', before, after, '', '', { context: 2 })
  return hunks.flatMap(({ lines }, at) => [
    ...(at === 0 ? [] : ['…']),
    ...lines.map((line) => line.replace(/\r$/, '')),
  ])
}
