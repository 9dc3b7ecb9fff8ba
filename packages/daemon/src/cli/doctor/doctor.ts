// `iai-mcp doctor`: looks at everything a start needs and says what to do about what is wrong.
import type { Cli, CommonOptions } from '../command.ts'
import { bold, type Line } from '../output.ts'
import { type Finding, finding } from './check.ts'
import { type Check, checks } from './checks.ts'
import { findingLines } from './finding-lines.ts'

export function addDoctor(cli: Cli): void {
  cli
    .command('doctor', 'Check the installation and say what to do about what is wrong', [
      'dataDir',
      'socketPath',
    ])
    .action(async (options: CommonOptions) => {
      const config = cli.config(options)
      const findings: Finding[] = []
      for (const check of checks) findings.push(await runCheck(check, () => check.run(config, cli.io.cwd)))
      const failures = findings.filter(({ state }) => state === 'fail').length
      cli.show(options, { ok: failures === 0, findings }, [
        ...findings.flatMap(findingLines),
        summary(failures),
      ])
      if (failures > 0) cli.fail()
    })
}

/** A check that cannot be carried out is a failure that says why. */
async function runCheck({ name }: Check, run: () => Promise<Finding>): Promise<Finding> {
  try {
    return await run()
  } catch (error) {
    return finding('fail', name, error instanceof Error ? error.message : String(error))
  }
}

function summary(failures: number): Line {
  if (failures === 0) return ['\n', bold('Nothing is broken.')]
  return ['\n', bold(failures === 1 ? 'One thing is broken.' : `${failures} things are broken.`)]
}
