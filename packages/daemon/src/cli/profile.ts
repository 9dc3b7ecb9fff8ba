// `iai-mcp profile`: shows or changes the user's settings.
import { literalPreservations, taskSupports, wakeDepths } from '../model/profile.ts'
import type { profileGet } from '../operations/profile-get.ts'
import type { profileSet } from '../operations/profile-set.ts'
import { textFrom } from './capture.ts'
import type { Cli, CommonOptions } from './command.ts'
import { UsageError } from './exit-codes.ts'
import { bold, dim, indented, type Line } from './output.ts'
import type { ResultOf } from './result-of.ts'

type Profile = Required<ResultOf<typeof profileGet>>

const knobs: Readonly<Record<keyof Profile, { readonly what: string; readonly values?: readonly string[] }>> =
  {
    identity: { what: 'who you are and how you like to work, in your own words; it leads every session' },
    wake_depth: {
      what: 'how much a client gets at the start of a session when it names no depth itself; set-up, plugin, hooks and "iai-mcp context" name theirs',
      values: wakeDepths,
    },
    literal_preservation: {
      what: 'how literally remembered text is to be kept; kept for older clients, and changes nothing here: every text stays verbatim',
      values: literalPreservations,
    },
    task_support: {
      what: 'how a client should offer what it remembers; kept for older clients, and changes nothing here',
      values: taskSupports,
    },
  }

const help = `
${Object.entries(knobs)
  .map(
    ([name, { what, values }]) =>
      `  ${name.padEnd(22)}${what}${values === undefined ? '' : ` (${values.join(', ')})`}`,
  )
  .join('\n')}`

export function addProfile(cli: Cli): void {
  cli
    .command('profile [knob] [value]', 'Show your profile, or set one of it ("-" reads the value from stdin)')
    .addHelpText('after', help)
    .action(async (knob: string | undefined, value: string | undefined, options: CommonOptions) => {
      if (knob !== undefined) refuseUnknown(knob, value)
      if (knob === undefined || value === undefined) return showProfile(cli, options, knob)
      const text = value === '' ? '' : await textFrom(cli, value)
      const result = await cli.withDaemon(options, (daemon) =>
        daemon.call<ResultOf<typeof profileSet>>('profile_set', { knob, value: text }),
      )
      cli.show(options, result, [[`${result.knob} is set.`]])
    })
}

function refuseUnknown(knob: string, value: string | undefined): void {
  const known = Object.hasOwn(knobs, knob) ? knobs[knob as keyof Profile] : undefined
  if (known === undefined)
    throw new UsageError(`the profile has ${Object.keys(knobs).join(', ')}; it has no "${knob}"`)
  if (known.values !== undefined && value !== undefined && !known.values.includes(value))
    throw new UsageError(`${knob} is one of ${known.values.join(', ')}; not "${value}"`)
}

async function showProfile(cli: Cli, options: CommonOptions, knob: string | undefined): Promise<void> {
  const profile = await cli.withDaemon(options, (daemon) =>
    daemon.call<Profile>('profile_get', knob === undefined ? {} : { knob }),
  )
  cli.show(options, profile, Object.entries(profile).map(knobLine))
}

function knobLine([name, value = '']: [string, string | undefined]): Line {
  const note =
    name === 'wake_depth'
      ? dim('  for clients that name none; set-up, hooks and iai-mcp context name their own')
      : ''
  if (name !== 'identity') return [bold(name), `  ${value}`, note]
  const identity = value === '' ? '  (nothing yet: iai-mcp profile identity "who you are")' : indented(value)
  return [bold(name), `\n${identity}`]
}
