import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { tempDir } from '../../../../test/support/temp-dir.ts'
import { type ConfigInput, readConfig } from '../../src/config/config.ts'
import { AppError } from '../../src/kit/errors.ts'

function input(changes: Partial<ConfigInput> = {}): ConfigInput {
  return { flags: {}, env: {}, home: '/home/ada', cwd: '/srv/shop', ...changes }
}

function inDir(dataDir: string, file: string | object, env: ConfigInput['env'] = {}): ConfigInput {
  writeFileSync(join(dataDir, 'config.json'), typeof file === 'string' ? file : JSON.stringify(file))
  return input({ env: { IAI_MCP_STORE: dataDir, ...env } })
}

function refusal(of: ConfigInput): string {
  try {
    readConfig(of)
  } catch (error) {
    expect(error).toBeInstanceOf(AppError)
    expect((error as AppError).code).toBe('config_invalid')
    return (error as AppError).message
  }
  throw new Error('the configuration was accepted')
}

describe('where a value comes from', () => {
  test('nothing set: the defaults, and no TCP surface', () => {
    const config = readConfig(input())
    expect(config).toMatchObject({
      dataDir: '/home/ada/.iai-mcp',
      socketPath: '/home/ada/.iai-mcp/.daemon.sock',
      httpPort: null,
      httpHost: '127.0.0.1',
      httpAuth: 'on',
      passphrase: null,
      logLevel: 'info',
    })
    expect(config.sources.httpPort).toBe('default')
  })

  test('flag before environment before file', () => {
    const dataDir = tempDir()
    const file = inDir(dataDir, { http_port: 1001 })
    expect(readConfig(file)).toMatchObject({ httpPort: 1001, sources: { httpPort: 'config.json' } })
    const withEnv = { ...file, env: { ...file.env, IAI_DAEMON_HTTP_PORT: '1002' } }
    expect(readConfig(withEnv)).toMatchObject({
      httpPort: 1002,
      sources: { httpPort: 'IAI_DAEMON_HTTP_PORT' },
    })
    const withFlag = { ...withEnv, flags: { httpPort: '0' } }
    expect(readConfig(withFlag)).toMatchObject({ httpPort: 0, sources: { httpPort: 'flag --http-port' } })
  })

  test('a variable set to nothing counts as not set', () => {
    const config = readConfig(input({ env: { IAI_MCP_STORE: '', IAI_DAEMON_HTTP_PORT: '' } }))
    expect(config).toMatchObject({ dataDir: '/home/ada/.iai-mcp', httpPort: null })
  })

  test('every environment variable of the contract is read', () => {
    const dataDir = tempDir()
    const env = {
      IAI_MCP_STORE: dataDir,
      IAI_DAEMON_HTTP_PORT: '0',
      IAI_DAEMON_SOCKET_PATH: '/run/user/1000/iai.sock',
      IAI_DAEMON_HTTP_AUTH: 'off',
      IAI_MCP_CRYPTO_PASSPHRASE: 'correct horse',
    }
    const config = readConfig(input({ env }))
    expect(config).toMatchObject({
      dataDir,
      httpPort: 0,
      socketPath: '/run/user/1000/iai.sock',
      httpAuth: 'off',
    })
    expect(config.passphrase?.reveal()).toBe('correct horse')
  })
})

describe('paths', () => {
  test.each([
    ['~', '/home/ada'],
    ['~/memory', '/home/ada/memory'],
    ['memory', '/srv/shop/memory'],
    ['/srv/../memory/', '/memory'],
  ])('%s becomes %s', (given, absolute) => {
    expect(readConfig(input({ env: { IAI_MCP_STORE: given } })).dataDir).toBe(absolute)
  })

  test('a relative socket path of the file is taken from the data directory, one of the environment from here', () => {
    const dataDir = tempDir()
    const file = inDir(dataDir, { socket_path: 'run/s' })
    expect(readConfig(file).socketPath).toBe(join(dataDir, 'run/s'))
    const env = { ...file.env, IAI_DAEMON_SOCKET_PATH: 'run/s' }
    expect(readConfig({ ...file, env }).socketPath).toBe('/srv/shop/run/s')
  })
})

describe('what is wrong is refused by name', () => {
  test('an unknown key names the file, the key and the known ones', () => {
    const dataDir = tempDir()
    const message = refusal(inDir(dataDir, { http_prot: 0 }))
    expect(message).toBe(
      `${dataDir}/config.json: unknown key "http_prot"; remove it, or use one of http_port, http_host, http_auth, socket_path, log_level, idle_exit_minutes, verify_history, prompt_recall, hook_wait_ms, embedding, embedding_model, backup_daily, backup_keep, backup_folder, redaction`,
    )
  })

  test.each([
    [{ http_port: '8080' }, '"http_port" must be a port number from 0 to 65535'],
    [{ http_port: 65_536 }, '"http_port" must be a port number from 0 to 65535'],
    [{ http_port: 1.5 }, '"http_port" must be a port number from 0 to 65535'],
    [{ http_auth: false }, '"http_auth" must be one of on, off'],
    [{ http_host: '0.0.0.0' }, '"http_host" must be a loopback address'],
    [{ http_host: '::' }, '"http_host" must be a loopback address'],
    [{ log_level: 'loud' }, '"log_level" must be one of info, warn, error, silent'],
    [{ socket_path: 7 }, '"socket_path" must be a path'],
    [{ hook_wait_ms: 60_001 }, '"hook_wait_ms" must be a whole number of milliseconds from 1 to 60000'],
    [
      { redaction: { patterns: [{ kind: 'badge', match: 'ACME.*' }] } },
      '"redaction" must be an object with "patterns" and "projects"; patterns[0]: "*" is not allowed',
    ],
  ])('%j', (file, words) => {
    const dataDir = tempDir()
    expect(refusal(inDir(dataDir, file))).toContain(`${dataDir}/config.json: ${words}`)
  })

  test.each(['{', '[]', 'null', '"text"', ''])('the file %j', (text) => {
    const dataDir = tempDir()
    expect(refusal(inDir(dataDir, text))).toContain(`${dataDir}/config.json: `)
  })

  test('a secret has no place in the file', () => {
    expect(refusal(inDir(tempDir(), { passphrase: 'x' }))).toContain('unknown key "passphrase"')
  })

  test('a directory under the name of the file', () => {
    const dataDir = tempDir()
    mkdirSync(join(dataDir, 'config.json'))
    expect(refusal(input({ env: { IAI_MCP_STORE: dataDir } }))).toContain('cannot be read (EISDIR)')
  })

  test('a file that is far too large', () => {
    const dataDir = tempDir()
    expect(refusal(inDir(dataDir, ' '.repeat(70_000)))).toContain('larger than 65536 bytes')
  })

  test.each([
    [{ IAI_DAEMON_HTTP_PORT: 'http' }, 'IAI_DAEMON_HTTP_PORT must be a port number'],
    [{ IAI_DAEMON_HTTP_PORT: '-1' }, 'IAI_DAEMON_HTTP_PORT must be a port number'],
    [{ IAI_DAEMON_HTTP_AUTH: 'no' }, 'IAI_DAEMON_HTTP_AUTH must be one of on, off'],
  ])('%j', (env, words) => {
    expect(refusal(input({ env }))).toContain(words)
  })

  test('a flag', () => {
    expect(refusal(input({ flags: { httpPort: 'x' } }))).toContain('flag --http-port must be a port number')
  })
})

describe('the embedding', () => {
  const chosen = (embedding: string, model = 'tiny') =>
    readConfig(input({ env: { IAI_MCP_EMBEDDING: embedding, IAI_MCP_EMBEDDING_MODEL: model } })).embedding

  test('is the built-in one unless something else is said', () => {
    expect(readConfig(input()).embedding).toEqual({ kind: 'builtin' })
    expect(chosen('off')).toEqual({ kind: 'off' })
  })

  test('is an endpoint, or a folder of models taken from where it was named', () => {
    expect(chosen('ollama:http://127.0.0.1:11434')).toMatchObject({ kind: 'ollama' })
    expect(chosen('openai:https://models.example/v1')).toMatchObject({
      kind: 'openai',
      url: new URL('https://models.example/v1'),
    })
    const dataDir = tempDir()
    const file = inDir(dataDir, { embedding: 'transformers:models', embedding_model: 'tiny' })
    expect(readConfig(file).embedding).toEqual({ kind: 'transformers', folder: join(dataDir, 'models') })
  })

  test.each(['on', 'ollama:', 'openai:ftp://models.example', 'http://models.example', 'transformers:'])(
    '%s is refused, with what may stand there',
    (embedding) => {
      expect(refusal(input({ env: { IAI_MCP_EMBEDDING: embedding } }))).toContain(
        'IAI_MCP_EMBEDDING must be builtin, off, ollama:',
      )
    },
  )

  test('needs the name of a model where there is more than one', () => {
    const env = { IAI_MCP_EMBEDDING: 'ollama:http://127.0.0.1:11434' }
    expect(refusal(input({ env }))).toContain('no model: set embedding_model')
  })

  test('shows its key in no printed form', () => {
    const config = readConfig(input({ env: { IAI_MCP_EMBEDDING_KEY: 'battery staple' } }))
    expect(config.embeddingKey?.reveal()).toBe('battery staple')
    expect(JSON.stringify(config)).not.toContain('battery')
  })
})

test('the passphrase shows in no printed form of the configuration', () => {
  const config = readConfig(input({ env: { IAI_MCP_CRYPTO_PASSPHRASE: 'correct horse' } }))
  expect(JSON.stringify(config)).not.toContain('correct')
  expect(`${config.passphrase}`).toBe('(secret)')
})
