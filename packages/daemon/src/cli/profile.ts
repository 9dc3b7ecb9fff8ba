// `iai-mcp profile`: shows or changes the user's settings.
import type { profileGet } from '../operations/profile-get.ts'
import type { profileSet } from '../operations/profile-set.ts'
import { textFrom } from './capture.ts'
import type { Cli, CommonOptions } from './command.ts'
import { bold, indented, type Line } from './output.ts'
import type { ResultOf } from './result-of.ts'

type Profile = ResultOf<typeof profileGet>

export function addProfile(cli: Cli): void {
  cli
    .command('profile [knob] [value]', 'Show your profile, or set one of it ("-" reads the value from stdin)')
    .action(async (knob: string | undefined, value: string | undefined, options: CommonOptions) => {
      if (knob === undefined || value === undefined) return showProfile(cli, options, knob)
      const text = value === '' ? '' : await textFrom(cli, value)
      const result = await cli.withDaemon(options, (daemon) =>
        daemon.call<ResultOf<typeof profileSet>>('profile_set', { knob, value: text }),
      )
      cli.show(options, result, [[`${result.knob} is set.`]])
    })
}

async function showProfile(cli: Cli, options: CommonOptions, knob: string | undefined): Promise<void> {
  const profile = await cli.withDaemon(options, (daemon) =>
    daemon.call<Profile>('profile_get', knob === undefined ? {} : { knob }),
  )
  cli.show(options, profile, Object.entries(profile).map(knobLine))
}

function knobLine([name, value = '']: [string, string | undefined]): Line {
  if (name !== 'identity') return [bold(name), `  ${value}`]
  const identity = value === '' ? '  (nothing yet: iai-mcp profile identity "who you are")' : indented(value)
  return [bold(name), `\n${identity}`]
}
