// `iai-mcp doctor`: looks at everything a start needs and says what to do about what is wrong.
import type { Cli, CommonOptions } from '../command.ts'
import { exitCodes } from '../exit-codes.ts'
import { bold, type Line } from '../output.ts'
import { type Finding, finding } from './check.ts'
import { type Check, checks, createSubject } from './checks.ts'
import { findingLines } from './finding-lines.ts'

export function addDoctor(cli: Cli): void {
  cli
    .command('doctor', 'Check the installation and say what to do about what is wrong', [
      'dataDir',
      'socketPath',
    ])
    .action(async (options: CommonOptions) => {
      const subject = createSubject(cli.inspectConfig(options), cli.io.cwd)
      const findings: Finding[] = []
      for (const check of checks) findings.push(await runCheck(check, () => check.run(subject)))
      const failures = findings.filter(({ state }) => state === 'fail').length
      // Who cannot be asked is a failure already.
      const runs = (await subject.daemon().catch(() => null)) !== null
      cli.show(options, { ok: failures === 0 && runs, findings }, [
        ...findings.flatMap(findingLines),
        ...summary(failures, runs),
      ])
      if (failures > 0) cli.fail()
      else if (!runs) cli.fail(exitCodes.noDaemon)
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

function summary(failures: number, runs: boolean): Line[] {
  const broken = failures === 1 ? 'One thing is broken.' : `${failures} things are broken.`
  if (failures > 0) return [['\n', bold(broken)]]
  if (runs) return [['\n', bold('Nothing is broken.')]]
  return [['\n', bold('Nothing is broken, but no daemon runs.'), ' Start it: iai-mcp daemon --http']]
}
