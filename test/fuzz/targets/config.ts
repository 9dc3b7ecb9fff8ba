// config.json and the environment: read without a throw, every problem said in the daemon's own words, and a passphrase
// never among them.
import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { inspectConfig } from '../../../packages/daemon/src/config/config.ts'
import { optionNames, options } from '../../../packages/daemon/src/config/options.ts'
import { type Finding, mostly, type Target } from '../target.ts'

const secret = 'correct horse battery staple'
const keys = optionNames.flatMap((name) => options[name].key ?? [])
const variables = optionNames.flatMap((name) => options[name].env ?? [])
const value = fc.oneof(
  fc.jsonValue({ maxDepth: 2 }),
  fc.constantFrom<unknown>(
    0,
    65_535,
    65_536,
    -1,
    1e300,
    '127.0.0.1',
    '::1',
    '0.0.0.0',
    'on',
    'off',
    '~',
    '~/x',
    '',
    '\0',
    'x'.repeat(5_000),
  ),
)
const file = fc.oneof(
  fc.record(Object.fromEntries(keys.map((key) => [key, value])), { requiredKeys: [], noNullPrototype: true }),
  fc.jsonValue({ maxDepth: 3 }),
)
/** String() cannot make one of an object without a prototype. */
function textOf(given: unknown): string {
  return typeof given === 'string' ? given : JSON.stringify(given)
}

/** Lines of `NAME=value`, then an empty line, then the file. */
const environment = fc.array(
  fc.tuple(fc.constantFrom(...variables), fc.oneof(fc.string({ unit: 'binary' }), value.map(textOf))),
  { maxLength: 4 },
)

export const configTarget: Target = {
  name: 'config file and environment',
  share: 7,
  inputsPerBatch: 200,
  structured: fc
    .tuple(
      environment,
      mostly(
        file.map((content) => JSON.stringify(content) ?? ''),
        fc.string(),
        9,
      ),
    )
    .map(([env, content]) =>
      Buffer.from(
        `${env.map(([name, text]) => `${name}=${text.replaceAll('\n', ' ')}\n`).join('')}\n${content}`,
      ),
    ),
  seeds: [
    Buffer.from('IAI_DAEMON_HTTP_PORT=0\nIAI_DAEMON_HTTP_AUTH=on\n\n{"http_port": 0, "log_level": "info"}'),
    Buffer.from(`\n${JSON.stringify(Object.fromEntries(keys.map((key) => [key, 'on'])))}`),
  ],
  async tryBatch({ folder }, inputs) {
    const path = join(folder, 'config.json')
    const findings: Finding[] = []
    for (const input of inputs) {
      const what = tryOne(folder, path, input)
      if (what !== null) findings.push({ what, input })
      // Nothing here waits, and others have clocks running.
      await new Promise((resolve) => setImmediate(resolve))
    }
    rmSync(path, { force: true })
    return findings
  },
}

function tryOne(folder: string, path: string, input: Buffer): string | null {
  const cut = input.indexOf('\n\n')
  writeFileSync(path, cut < 0 ? input : input.subarray(cut + 2))
  const pairs = (cut < 0 ? '' : input.toString('utf8', 0, cut)).split('\n').map((line) => line.split('=', 2))
  const env = Object.fromEntries(
    pairs.filter(([name = '']) => variables.includes(name)).map(([name, text = '']) => [name, text]),
  )
  try {
    const input = {
      flags: {},
      env: { ...env, IAI_MCP_STORE: folder, IAI_MCP_CRYPTO_PASSPHRASE: secret },
      home: folder,
      cwd: folder,
    }
    const { problems, config } = inspectConfig(input)
    const strange = problems.find(({ code }) => code !== 'config_invalid')
    if (strange !== undefined) return `a problem of another kind: ${strange.code} ${strange.message}`
    if (JSON.stringify([config, problems.map(({ message }) => message)]).includes(secret))
      return 'the passphrase is told'
    return null
  } catch (error) {
    return error instanceof Error ? (error.stack ?? error.message) : String(error)
  }
}
