// Is the store whole, does its index say what its texts say, does time make sense in it, and is the model there?

import { existsSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { errnoOf, isAppError } from '../../kit/errors.ts'
import { limits } from '../../kit/limits.ts'
import { openKey, planKey } from '../../lifecycle/key.ts'
import { storeFilePath } from '../../lifecycle/store-file.ts'
import type { StoreCheck } from '../../store/sqlite/checking.ts'
import { memoriesText } from '../counted.ts'
import { type Finding, finding, listed } from './check.ts'
import { inspect } from './inspection.ts'
import type { Subject } from './subject.ts'

export async function store(subject: Subject): Promise<Finding | readonly Finding[]> {
  const { config, deep, now } = subject
  const file = storeFilePath(config.dataDir)
  if (!existsSync(file)) return finding('note', 'store', 'none yet; the first start makes it')
  const passphrase = config.passphrase?.reveal() ?? null
  // What is wrong with it is the finding of the check before; with a store there, nothing is ever made here.
  const noKey = whyNoKey(config.dataDir, passphrase !== null)
  if (noKey !== null) return finding('note', 'store', `not looked into: ${noKey}`)
  const { key } = await openKey(config.dataDir, passphrase)
  const options = {
    deep,
    sampleRows: limits.doctorSampleRows,
    quickCheckBytesMax: limits.doctorQuickCheckBytesMax,
    futureFrom: now + limits.clockAheadMsMax,
    problemsMax: limits.doctorProblemsListedMax,
  }
  const check = await inspect<'store'>({ kind: 'store', file, key, options }, deep)
  if (check === null)
    return finding('note', 'store', 'in the format of an older version; the next start brings it up to date')
  return [storeFinding(check, file), indexFinding(check, deep), clockFinding(check)]
}

function whyNoKey(dataDir: string, hasPassphrase: boolean): string | null {
  try {
    return planKey(dataDir, hasPassphrase).kind === 'missing' ? 'this shell does not have its key' : null
  } catch (error) {
    if (!isAppError(error)) throw error
    return 'its key cannot be used'
  }
}

function storeFinding({ damage, memories, miscounted }: StoreCheck, file: string): Finding {
  if (damage !== null && damage.length > 0)
    return finding(
      'fail',
      'store',
      `${file} is damaged: ${damage.join('; ')}`,
      'stop the daemon, keep a copy of the file, and restore a backup',
    )
  if (miscounted !== null && miscounted > 0)
    return finding(
      'warn',
      'store',
      `counts ${memoriesText(miscounted)} more or fewer than it holds`,
      'report this',
    )
  if (damage === null)
    return finding('ok', 'store', `opens; ${memoriesText(memories)}, too large to read through: see --deep`)
  return finding('ok', 'store', `whole; ${memoriesText(memories)}`)
}

function indexFinding(
  { indexed: { checked, underWay, wrong, ids }, memories }: StoreCheck,
  deep: boolean,
): Finding {
  if (underWay) return finding('note', 'index', 'being built anew; search works meanwhile')
  const of = deep || checked >= memories ? `all ${checked}` : `a sample of ${checked}`
  if (wrong === 0) return finding('ok', 'index', `agrees with the texts (${of})`)
  return finding(
    'fail',
    'index',
    `does not agree with ${wrong} of ${checked} texts: ${listed([...ids], limits.doctorProblemsListedMax)}`,
    'search may miss them, the texts are there: keep a copy of the data directory and report this',
  )
}

function clockFinding({ fromTheFuture }: StoreCheck): Finding {
  if (fromTheFuture === 0) return finding('ok', 'clock', `nothing is dated later than now`)
  return finding(
    'warn',
    'clock',
    `${memoriesText(fromTheFuture)} dated later than now (${new Date().toISOString()})`,
    "set this machine's clock; if it is right now, it was wrong when they were stored: they keep that date",
  )
}

export async function model({ packageFolder, deep }: Subject): Promise<Finding> {
  const folder = join(packageFolder, 'assets')
  const files = (await readdir(folder).catch(orNone)).filter((name) => name.endsWith('.bin'))
  if (files.length === 0) return finding('fail', 'model', `none in ${folder}`, 'install iai-mcp again')
  const models = []
  for (const file of files)
    models.push(await inspect<'model'>({ kind: 'model', file: join(folder, file) }, deep))
  return finding('ok', 'model', models.map(({ name, terms }) => `${name}, ${terms} terms, whole`).join('; '))
}

function orNone(error: unknown): string[] {
  if (errnoOf(error) === 'ENOENT') return []
  throw error
}
