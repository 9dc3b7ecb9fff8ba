// Reads the settings: flag before environment before config file before default. Everything that is wrong is a
// config_invalid error that names where the value stands and what to put there. Creates and changes nothing.
import { isAbsolute, join, resolve } from 'node:path'
import { AppError, isAppError } from '../kit/errors.ts'
import { readConfigFile } from './config-file.ts'
import type { EmbeddingChoice, Option } from './option.ts'
import { optionNames, options, type Settings } from './options.ts'

/** Where a value came from, in words: 'flag --http-port', 'IAI_MCP_STORE', 'config.json', 'default'. */
export type Source = string

export interface Config extends Settings {
  /** absolute */
  readonly dataDir: string
  readonly socketPath: string
  readonly backupFolder: string
  readonly configFile: string
  readonly sources: { readonly [Name in keyof Settings]: Source }
}

/** Flag values as the command line gave them, by option name; absent ones undefined. */
export type Flags = { readonly [Name in keyof Settings]?: string | undefined }

export interface ConfigInput {
  readonly flags: Flags
  readonly env: Readonly<Record<string, string | undefined>>
  readonly home: string
  /** Relative paths of flags and environment are taken from here. */
  readonly cwd: string
}

export function readConfig(input: ConfigInput): Config {
  const { config, problems } = inspectConfig(input)
  const [first] = problems
  if (first !== undefined) throw first
  return config
}

/** Everything that is wrong, and what the settings are when each wrong one is left at its default. */
export function inspectConfig(input: ConfigInput): {
  readonly config: Config
  readonly problems: readonly AppError[]
} {
  const problems: AppError[] = []
  function orElse<T>(read: () => T, otherwise: T): T {
    try {
      return read()
    } catch (error) {
      if (!isAppError(error)) throw error
      problems.push(error)
      return otherwise
    }
  }
  const defaultOf = <Name extends keyof Settings>(name: Name): Found<Settings[Name]> => ({
    value: options[name].fallback,
    source: 'default',
  })
  const dataDir = orElse(() => readOption('dataDir', input, {}, ''), defaultOf('dataDir'))
  const directory = absolute(dataDir.value, input.home, input.cwd)
  const configFile = join(directory, 'config.json')
  const fileValues = orElse(() => readConfigFile(configFile), {})
  const read = <Name extends keyof Settings>(name: Name) =>
    name === 'dataDir'
      ? dataDir
      : orElse(() => readOption(name, input, fileValues, configFile), defaultOf(name))
  const values = everyOption<{ readonly [Name in keyof Settings]: Found<Settings[Name]> }>(read)
  const { socketPath, embedding, backupFolder, embeddingModel } = values
  const baseOf = ({ source }: Found<unknown>) => (source === 'config.json' ? directory : input.cwd)
  problems.push(...embeddingProblems(embedding, embeddingModel.value))
  const config = {
    ...everyOption<Settings>((name) => values[name].value),
    dataDir: directory,
    socketPath: absolute(socketPath.value ?? join(directory, '.daemon.sock'), input.home, baseOf(socketPath)),
    embedding: withAbsoluteFolder(embedding.value, (path) => absolute(path, input.home, baseOf(embedding))),
    backupFolder: absolute(backupFolder.value ?? join(directory, 'backups'), input.home, directory),
    configFile,
    sources: everyOption<Config['sources']>((name) => values[name].source),
  }
  return { config, problems }
}

/** `of` for each option, by name. */
function everyOption<Each extends Readonly<Record<keyof Settings, unknown>>>(
  of: (name: keyof Settings) => unknown,
): Each {
  return Object.fromEntries(optionNames.map((name) => [name, of(name)])) as Each
}

function withAbsoluteFolder(choice: EmbeddingChoice, absoluteOf: (path: string) => string): EmbeddingChoice {
  return choice.kind === 'transformers' ? { ...choice, folder: absoluteOf(choice.folder) } : choice
}

function embeddingProblems({ value, source }: Found<EmbeddingChoice>, model: string | null): AppError[] {
  if (value.kind === 'builtin' || value.kind === 'off' || model !== null) return []
  return [
    new AppError(
      'config_invalid',
      `${source} names ${value.kind} for the embedding, but no model: set embedding_model (IAI_MCP_EMBEDDING_MODEL)`,
    ),
  ]
}

interface Found<T> {
  readonly value: T
  readonly source: Source
}

function readOption<Name extends keyof Settings>(
  name: Name,
  input: ConfigInput,
  fileValues: Readonly<Record<string, unknown>>,
  configFile: string,
): Found<Settings[Name]> {
  const option: Option<Settings[Name]> = options[name]
  const flag = input.flags[name]
  if (flag !== undefined && option.flag !== null) return fromText(option, flag, `flag ${option.flag}`)
  const env = option.env === null ? undefined : input.env[option.env]
  // A variable set to nothing is how shells and service files say "not set".
  if (option.env !== null && env !== undefined && env !== '') return fromText(option, env, option.env)
  if (option.key !== null && Object.hasOwn(fileValues, option.key)) {
    const value = option.kind.fromJson(fileValues[option.key])
    if (value === undefined) {
      const wrong = option.kind.wrong?.(fileValues[option.key])
      const why = wrong === undefined ? '' : `; ${wrong}`
      throw new AppError(
        'config_invalid',
        `${configFile}: "${option.key}" must be ${option.kind.expected}${why}`,
      )
    }
    return { value, source: 'config.json' }
  }
  return { value: option.fallback, source: 'default' }
}

function fromText<T>(option: Option<T>, text: string, source: Source): Found<T> {
  const value = option.kind.fromText(text)
  if (value === undefined) throw new AppError('config_invalid', `${source} must be ${option.kind.expected}`)
  return { value, source }
}

function absolute(path: string, home: string, base: string): string {
  if (path === '~') return home
  if (path.startsWith('~/')) return join(home, path.slice(2))
  return isAbsolute(path) ? resolve(path) : resolve(base, path)
}
