// Reads config.json of the data directory as plain values. A missing file is no values; a file that cannot be
// understood is refused with its path, never skipped and never rewritten.
import { readFileSync, statSync } from 'node:fs'
import { AppError, errnoOf } from '../kit/errors.ts'
import { limits } from '../kit/limits.ts'
import { optionNames, options } from './options.ts'

export function readConfigFile(path: string): Readonly<Record<string, unknown>> {
  const text = readText(path)
  if (text === null) return {}
  const value = parseJson(path, text)
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new AppError('config_invalid', `${path}: must hold one JSON object, like {"http_port": 0}`)
  const known = optionNames.flatMap((name) => options[name].key ?? [])
  const unknown = Object.keys(value).filter((key) => !known.includes(key))
  if (unknown.length > 0)
    throw new AppError(
      'config_invalid',
      `${path}: unknown key ${unknown.map((key) => JSON.stringify(key)).join(', ')}; ` +
        `remove it, or use one of ${known.join(', ')}`,
    )
  return value as Record<string, unknown>
}

function readText(path: string): string | null {
  try {
    if (statSync(path).size > limits.configFileBytesMax)
      throw new AppError(
        'config_invalid',
        `${path}: larger than ${limits.configFileBytesMax} bytes; shorten it`,
      )
    return readFileSync(path, 'utf8')
  } catch (error) {
    const errno = errnoOf(error)
    // ENOTDIR: the data directory is a file, which is refused by name when it is opened.
    if (errno === 'ENOENT' || errno === 'ENOTDIR') return null
    if (errno === undefined || error instanceof AppError) throw error
    throw new AppError(
      'config_invalid',
      `${path}: cannot be read (${errno}); make it a file that you can read`,
      {
        cause: error,
      },
    )
  }
}

function parseJson(path: string, text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw new AppError('config_invalid', `${path}: not JSON (${reason}); correct it or remove the file`, {
      cause: error,
    })
  }
}
