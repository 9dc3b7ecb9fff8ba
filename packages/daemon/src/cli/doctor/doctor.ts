// `iai-mcp doctor`: looks at everything a start needs and says what to do about what is wrong; with --fix, does what is
// safe of it.
import { readPackageInfo } from '../../lifecycle/package-info.ts'
import type { Cli, CommonOptions } from '../command.ts'
import { exitCodes } from '../exit-codes.ts'
import { bold, type Line } from '../output.ts'
import { type Finding, finding } from './check.ts'
import { checks } from './checks.ts'
import { dataDirCheck } from './file-checks.ts'
import { findingLines } from './finding-lines.ts'
import { type Check, createSubject, type Subject } from './subject.ts'

interface DoctorOptions extends CommonOptions {
  readonly fix?: boolean
  readonly deep?: boolean
}

export function addDoctor(cli: Cli): void {
  cli
    .command('doctor', 'Check the installation and say what to do about what is wrong', [
      'dataDir',
      'socketPath',
    ])
    .option('--fix', 'mend what can be mended without losing anything')
    .option('--deep', 'read through the whole store and its index, however long it takes')
    .action(async (options: DoctorOptions) => {
      const given = cli.inspectConfig(options)
      const fresh = () =>
        createSubject({
          ...given,
          cwd: cli.io.cwd,
          packageFolder: readPackageInfo().folder,
          deep: options.deep === true,
          now: Date.now(),
        })
      const findings = await runChecks(fresh, options.fix === true)
      const failures = findings.filter(({ state }) => state === 'fail').length
      // Who cannot be asked is a failure already.
      const runs =
        (await fresh()
          .daemon()
          .catch(() => null)) !== null
      cli.show(options, { ok: failures === 0 && runs, findings: findings.map(told) }, [
        ...findings.flatMap((each) => findingLines(each)),
        ...summary(findings, runs),
      ])
      if (failures > 0) cli.fail()
      else if (!runs) cli.fail(exitCodes.noDaemon)
    })
}

/** In order; with `fixes`, a check that mended something is run again, and what it mended is among the findings. */
async function runChecks(fresh: () => Subject, fixes: boolean): Promise<readonly Finding[]> {
  const findings: Finding[] = []
  let subject = fresh()
  for (const check of checks) {
    if (check.isInside && isClosed(findings)) continue
    let found = await runCheck(check, subject)
    if (fixes && found.some(({ fix }) => fix !== undefined)) {
      findings.push(...(await mend(found)))
      subject = fresh() // what was asked before may be different now
      found = await runCheck(check, subject)
    }
    findings.push(...found)
  }
  return findings
}

/** The data directory cannot be used, which every look into it would only say again. */
function isClosed(findings: readonly Finding[]): boolean {
  return findings.some(({ check, state, fix }) => check === dataDirCheck && state === 'fail' && !fix)
}

async function mend(found: readonly Finding[]): Promise<readonly Finding[]> {
  const mended: Finding[] = []
  for (const { check, found: what, fix } of found) {
    if (fix === undefined) continue
    try {
      await fix()
      mended.push(finding('fixed', check, what))
    } catch (error) {
      mended.push(finding('fail', check, `could not be mended: ${messageOf(error)}`))
    }
  }
  return mended
}

/** A check that cannot be carried out is a failure that says why. */
async function runCheck({ name, run }: Check, subject: Subject): Promise<readonly Finding[]> {
  try {
    return [await run(subject)].flat()
  } catch (error) {
    return [finding('fail', name, messageOf(error))]
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

function told({ fix, ...rest }: Finding) {
  return { ...rest, ...(fix !== undefined && { fixable: true }) }
}

function summary(findings: readonly Finding[], runs: boolean): Line[] {
  const failures = findings.filter(({ state }) => state === 'fail').length
  const broken = failures === 1 ? 'One thing is broken.' : `${failures} things are broken.`
  const canFix = findings.some(({ fix }) => fix !== undefined)
  const help = canFix ? ' What can be mended safely: iai-mcp doctor --fix' : ''
  if (failures > 0) return [['\n', bold(broken), help]]
  if (runs) return [['\n', bold('Nothing is broken.'), help]]
  return [
    [
      '\n',
      bold('Nothing is broken, but no daemon runs.'),
      ' Start it: iai-mcp daemon --http',
      help && `.${help}`,
    ],
  ]
}
