// `iai-mcp key`: where the key comes from, another one, another place for it, and the sheet for when it is lost. Keys and
// passphrases are asked for or piped in; none is ever an argument, because every user of the machine can read those.
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import type { Command } from 'commander'
import { AppError } from '../../kit/errors.ts'
import { limits } from '../../kit/limits.ts'
import { writePrivateFile } from '../../kit/private-file.ts'
import type { NextKey } from '../../lifecycle/key-change.ts'
import { systemKeychain } from '../../lifecycle/keychain.ts'
import { parseRecoverySheet } from '../../lifecycle/recovery-sheet.ts'
import type { Cli } from '../command.ts'
import { UsageError } from '../exit-codes.ts'
import { bold, dim, type Line } from '../output.ts'
import {
  addForceOption,
  checkoutAround,
  checkoutLines,
  type TargetOptions,
  targetFile,
} from '../target-file.ts'
import { afterwardsOf, loadMaintenance, whileNoDaemonRuns, withHeldDataDir } from './held.ts'

interface KeyOptions extends TargetOptions {
  readonly to?: string
}

const actions = ['status', 'rotate', 'change', 'export', 'import'] as const
type Action = (typeof actions)[number]

export function addKey(cli: Cli): void {
  const command: Command = cli.command(
    'key [action] [file]',
    'Where the key comes from (status); a new one (rotate); another place for it (change --to file, passphrase or ' +
      'keychain); a recovery sheet to print (export [file]), and taking it in again (import [file])',
  )
  command.option('--to <place>', 'with change: file, passphrase (asked for, or piped in) or keychain')
  addForceOption(command).action(async (action = 'status', file: string | undefined, options: KeyOptions) => {
    if (!isAction(action)) throw new UsageError(`key knows ${actions.join(', ')}; not "${action}"`)
    if (options.to !== undefined && action !== 'change') throw new UsageError('--to goes with key change')
    if (options.force === true && action !== 'export')
      throw new UsageError('--force goes with key export FILE')
    await run[action](cli, options, file)
  })
}

function isAction(word: string): word is Action {
  return (actions as readonly string[]).includes(word)
}

const run: Readonly<
  Record<Action, (cli: Cli, options: KeyOptions, file: string | undefined) => Promise<void>>
> = {
  status: showStatus,
  rotate: (cli, options) => change(cli, options, presentPlace),
  change: (cli, options) => change(cli, options, () => placeFrom(options.to)),
  export: exportSheet,
  import: importSheet,
}

async function showStatus(cli: Cli, options: KeyOptions): Promise<void> {
  const config = cli.config(options)
  const status = await (await loadMaintenance()).keyStatus(config)
  const lines: Line[] = [
    [bold('key       '), status.source],
    [bold('key id    '), status.key_id ?? 'not known here'],
    [bold('keychain  '), status.keychain_problem ?? 'can be used: iai-mcp key change --to keychain'],
  ]
  if (status.remedy !== null) lines.push([`The store cannot be opened here: ${status.remedy}.`])
  if (status.kind === 'key file')
    lines.push([
      dim('The key file stands beside the data: it protects copies that leave it behind, and nothing from'),
      '\n',
      dim('whoever can read the whole directory.'),
    ])
  if (status.changing)
    lines.push([
      'A change of the key was interrupted. The next start of the daemon ends it; nothing is lost.',
    ])
  if (status.opens_store === false)
    lines.push([
      'It does not open the store that is here. Use the passphrase or key file that the store was last changed to,',
      '\n',
      'take in its recovery sheet (iai-mcp key import), or restore a backup whose key you have (iai-mcp restore).',
    ])
  cli.show(options, status, lines)
  if (status.opens_store === false || status.remedy !== null) cli.fail()
}

type Place = 'file' | 'passphrase' | 'keychain'

function placeFrom(to: string | undefined): Place {
  if (to === 'file' || to === 'passphrase' || to === 'keychain') return to
  throw new UsageError('say where the key is to be kept: --to file, --to passphrase or --to keychain')
}

function presentPlace(kind: string): Place {
  if (kind === 'passphrase' || kind === 'keychain') return kind
  return 'file'
}

async function change(cli: Cli, options: KeyOptions, choose: (presentKind: string) => Place): Promise<void> {
  const config = cli.config(options)
  const { keyStatus } = await loadMaintenance()
  const place = choose((await keyStatus(config)).kind)
  // Asked before anything is stopped: who changes their mind has lost nothing.
  const next = await nextKey(cli, place)
  await withHeldDataDir(cli, options, async ({ held, maintenance, afterwards }) => {
    const keyId = await maintenance.putUnderKey(held, next)
    cli.show(options, { changed: true, to: place, key_id: keyId }, [
      [`The store is under a new key (key id ${keyId}), and was read through under it.`],
      [place === 'file' ? `It is kept in ${maintenance.keyFileOf(config)}.` : kept[place]],
      ['Sheets printed before no longer open it: print a new one with iai-mcp key export.'],
      [
        dim(
          'Backups made before stay under the former key; restore still opens them. If that key is in wrong hands, delete them.',
        ),
      ],
      ...afterwards,
    ])
  })
}

const kept: Readonly<Record<Exclude<Place, 'file'>, string>> = {
  passphrase:
    'The daemon asks for the passphrase in its environment from now on: IAI_MCP_CRYPTO_PASSPHRASE. Without it, nothing opens the store.',
  keychain: 'It is kept in the keychain of this system.',
}

async function nextKey(cli: Cli, place: Place): Promise<NextKey> {
  switch (place) {
    case 'file':
      return { kind: 'key file' }
    case 'keychain': {
      const keychain = systemKeychain()
      const problem = await keychain.problem()
      if (problem !== null)
        throw new AppError('unavailable', `the keychain cannot be used: ${problem}. Nothing was changed`)
      return { kind: 'keychain', keychain }
    }
    case 'passphrase':
      return { kind: 'passphrase', passphrase: await newPassphrase(cli) }
  }
}

async function newPassphrase({ io }: Cli): Promise<string> {
  const typed = io.interactive
    ? await io.askSecret('New passphrase')
    : ((await io.readStdin()).split('\n')[0] ?? '')
  if (typed.length < limits.passphraseCharsMin)
    throw new UsageError(
      `a passphrase has at least ${limits.passphraseCharsMin} characters (asked for on a terminal, else read from standard input); nothing was changed`,
    )
  if (io.interactive && (await io.askSecret('The same again')) !== typed)
    throw new UsageError('the two differ; nothing was changed')
  return typed
}

async function exportSheet(cli: Cli, options: KeyOptions, file: string | undefined): Promise<void> {
  const path = file === undefined ? null : targetFile(cli, options, file)
  const sheet = await (await loadMaintenance()).exportKey(cli.config(options))
  if (path === null) {
    cli.show(options, { sheet }, [[sheet.trimEnd()]])
    return
  }
  writePrivateFile(path, sheet)
  const checkout = checkoutAround(path)
  cli.show(options, { path, checkout }, [
    [`${path} holds the recovery sheet: print it, then delete the file.`],
    ...checkoutLines(checkout),
  ])
}

/** From a file, from what is piped in, or typed line by line. */
export async function readSheet({ io }: Cli, file: string | undefined): Promise<Buffer> {
  if (file !== undefined) return parseRecoverySheet(readSmallFile(resolve(io.cwd, file)))
  if (!io.interactive) return parseRecoverySheet(await io.readStdin())
  const lines: string[] = []
  for (const number of [1, 2, 3, 4]) lines.push(await io.ask(`Line ${number} of the key: `))
  return parseRecoverySheet(lines.join('\n'))
}

function readSmallFile(path: string): string {
  try {
    return readFileSync(path).subarray(0, limits.recoverySheetBytesMax).toString('utf8')
  } catch (cause) {
    throw new AppError('not_found', `${path} cannot be read`, { cause })
  }
}

async function importSheet(cli: Cli, options: KeyOptions, file: string | undefined): Promise<void> {
  const config = cli.config(options)
  const key = await readSheet(cli, file)
  const { importKey, keyFileOf, withLock } = await loadMaintenance()
  const { stopped } = await whileNoDaemonRuns(config, () => withLock(config, () => importKey(config, key)))
  const path = keyFileOf(config)
  cli.show(options, { imported: true, path }, [
    [`The key opens the store, and is kept in ${path} from now on.`],
    ...afterwardsOf(stopped),
  ])
}
