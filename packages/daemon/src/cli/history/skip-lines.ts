// What a history gave and what was left out, as lines: first what is as it should be, then what is worth a look.
import type { ClientTally, SkipTally } from '../../history/tally.ts'
import { count, counted } from '../counted.ts'
import { dim, type Line } from '../output.ts'

export function tallyLines(clients: readonly ClientTally[]): Line[] {
  return clients.flatMap((tally) => [head(tally), ...skipLines(tally.skipped)])
}

function head({ client, turns, filesRead, filesUnchanged }: ClientTally): Line {
  const unchanged = filesUnchanged === 0 ? '' : `, ${count(filesUnchanged)} unchanged`
  return [client.padEnd(12), ` ${counted(turns, 'turn')} in ${counted(filesRead, 'file')}${unchanged}`]
}

function skipLines(skips: readonly SkipTally[]): Line[] {
  const expected = skips.filter(({ isProblem }) => !isProblem)
  const problems = skips.filter(({ isProblem }) => isProblem)
  const listed = expected.map(({ reason, count: times }) => `${reason} ${count(times)}`).join(', ')
  return [
    ...(listed === '' ? [] : [[dim(`             left out, as it should be: ${listed}`)]]),
    ...problems.flatMap(problemLines),
  ]
}

function problemLines({ reason, count: times, details, examples }: SkipTally): Line[] {
  const named = Object.entries(details).map(([detail, n]) => `${detail} ${count(n)}`)
  const more = named.length === 0 ? '' : ` (${named.join(', ')})`
  return [
    [{ text: `             worth a look: ${reason} ${count(times)}${more}`, style: 'yellow' }],
    ...examples.map(({ file, at }): Line => [dim(`               ${file}${at === null ? '' : ` @ ${at}`}`)]),
  ]
}
