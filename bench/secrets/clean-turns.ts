// Turns without a secret, full of what resembles one: hashes, ids, versions, encoded images, public keys, references to
// secrets and talk about them. Whatever is redacted in them was redacted wrongly.
import {
  alphanumeric,
  base64,
  base64url,
  type Chance,
  createChance,
  digits,
  hexDigits,
  lowerCase,
  upperCase,
  uuid,
} from './invented.ts'

type Template = (c: Chance) => string

const names = ['shop', 'billing', 'search', 'orders', 'atlas', 'pelican', 'harbour', 'quartz'] as const
const people = ['Ada', 'Grace', 'Linus', 'Margaret', 'Edsger', 'Barbara'] as const
const verbs = ['fix', 'rename', 'split', 'move', 'document', 'speed up', 'revert', 'test'] as const
const things = [
  'the parser',
  'retries',
  'the login page',
  'token refresh',
  'password reset',
  'the cache',
  'secret rotation',
  'auth middleware',
  'API keys page',
  'the importer',
] as const
const types = ['string', 'number', 'Buffer', 'Uint8Array', 'SecretString', 'Promise<string>'] as const

const sha = (c: Chance): string => c.chars(hexDigits, 40)
const short = (c: Chance): string => c.chars(hexDigits, 7)
const version = (c: Chance): string => `${c.number(20)}.${c.number(30)}.${c.number(40)}`
const name = (c: Chance): string => c.pick(names)
const time = (c: Chance): string =>
  `2026-0${1 + c.number(9)}-1${c.number(10)}T0${c.number(10)}:1${c.number(10)}:2${c.number(10)}.${c.chars(digits, 3)}Z`
const port = (c: Chance): number => 1_024 + c.number(60_000)

const code: readonly Template[] = [
  (c) =>
    `const password = req.body.password\nif (!password || password.length < ${8 + c.number(8)}) throw new Error('password too short')`,
  (c) => `interface Login {\n  user: string\n  password: ${c.pick(types)}\n  token?: ${c.pick(types)}\n}`,
  (c) =>
    `export async function refresh(token: string): Promise<Token> {\n  const next = await client.exchange(token)\n  return { token: next.token, expiresIn: ${c.number(9_000)} }\n}`,
  (c) =>
    `const apiKey = process.env.${name(c).toUpperCase()}_API_KEY\nconst secret = process.env['JWT_SECRET'] ?? ''`,
  () => 'API_KEY=your-api-key-here\nDB_PASSWORD=changeme\nJWT_SECRET=<your secret>\nTOKEN=xxxxxxxxxxxxxxxx',
  (c) =>
    `DB_PASSWORD=\${DB_PASSWORD}\nDATABASE_URL=postgres://\${DB_USER}:\${DB_PASSWORD}@db:${port(c)}/shop`,
  (c) =>
    `password = os.environ["DB_PASSWORD"]\ntoken = os.getenv("GITHUB_TOKEN", "")\ntimeout = ${c.number(90)}`,
  (c) =>
    `env:\n  GITHUB_TOKEN: \${{ secrets.GITHUB_TOKEN }}\n  NPM_TOKEN: \${{ secrets.NPM_TOKEN }}\nsteps:\n  - uses: actions/checkout@${sha(c)} # v${1 + c.number(5)}`,
  (c) =>
    `{\n  "name": "${name(c)}",\n  "version": "${version(c)}",\n  "resolved": "https://registry.example.org/${name(c)}/-/${name(c)}-${version(c)}.tgz",\n  "integrity": "sha512-${c.chars(base64, 86)}=="\n}`,
  (c) => `FROM node:${20 + c.number(6)}-slim@sha256:${c.chars(hexDigits, 64)}\nRUN npm ci --omit=dev`,
  (c) =>
    `const pageToken = response.nextPageToken\nlet tokens = countTokens(text) // ${c.number(4_000)} of ${c.number(9_000)}\nconst maxTokens = ${c.number(100_000)}`,
  (c) =>
    `type Token = { kind: 'identifier' | 'number'; value: string; start: number }\nfunction tokenize(source: string): Token[] {\n  const tokens: Token[] = []\n  let at = ${c.number(5)}\n  return tokens\n}`,
  (c) =>
    `<img src="data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAA${c.chars(base64, 400 + c.number(900))}==" alt="${name(c)}">`,
  (c) =>
    `ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI${c.chars(base64, 43)} ${c.pick(people).toLowerCase()}@${name(c)}`,
  (c) =>
    `-----BEGIN CERTIFICATE-----\n${Array.from({ length: 6 }, () => c.chars(base64, 64)).join('\n')}\n-----END CERTIFICATE-----`,
  (c) =>
    `-----BEGIN PUBLIC KEY-----\n${Array.from({ length: 3 }, () => c.chars(base64, 64)).join('\n')}\n-----END PUBLIC KEY-----`,
  (c) => `:root { --brand: #${c.chars(hexDigits, 6)}; --accent: #${c.chars(hexDigits, 8)}; }`,
  (c) =>
    `INSERT INTO users (id, email, password_hash) VALUES ('${uuid(c)}', $1, $2);\nUPDATE sessions SET token_hash = encode(digest($1, 'sha256'), 'hex') WHERE id = ${c.number(999)};`,
  (c) =>
    `CREATE TABLE api_keys (\n  id uuid PRIMARY KEY,\n  secret_hash varchar(${64 + c.number(64)}) NOT NULL,\n  token_prefix char(8),\n  password text\n);`,
  (c) =>
    `func (s *Server) auth(token string) error {\n\tif token == "" {\n\t\treturn errMissingToken\n\t}\n\treturn s.keys.Verify(ctx, token, ${c.number(60)}*time.Second)\n}`,
  (c) =>
    `def check_password(raw: str, stored: str) -> bool:\n    return hmac.compare_digest(hash_password(raw, rounds=${c.number(20)}), stored)`,
  () =>
    "const authorization = request.headers.get('authorization')\nconst bearer = authorization?.replace(/^Bearer /, '')",
  (c) => `curl -H "Authorization: Bearer $TOKEN" https://api.example.org/v${1 + c.number(3)}/${name(c)}`,
  (c) =>
    `git clone https://git.example.org/${c.pick(people).toLowerCase()}/${name(c)}.git && cd ${name(c)}\ngit checkout ${sha(c)}`,
  (c) =>
    `test('rejects a wrong password', async () => {\n  expect(await login('ada', 'wrong')).toBe(false)\n  expect(calls).toBe(${c.number(9)})\n})`,
  (c) =>
    `id: ${uuid(c)}\nkind: Secret\nmetadata:\n  name: ${name(c)}-credentials\n  namespace: ${name(c)}\nsecretKeyRef:\n  name: db-credentials\n  key: password`,
  (c) =>
    `resource "aws_secretsmanager_secret" "${name(c)}" {\n  name = "${name(c)}/prod/db-password"\n  kms_key_id = aws_kms_key.main.arn\n  recovery_window_in_days = ${c.number(30)}\n}`,
  (c) =>
    `const schema = z.object({ password: z.string().min(${8 + c.number(4)}), apiKey: z.string().optional(), token: z.uuid() })`,
  (c) =>
    `const cacheKey = \`user:\${id}:v${c.number(20)}\`\nconst key = sha256(text).slice(0, ${c.number(32)})\nmap.set(key, value)`,
  (c) =>
    `commit ${sha(c)}\nAuthor: ${c.pick(people)} <${name(c)}@example.org>\n\n    ${c.pick(verbs)} ${c.pick(things)}`,
  (c) =>
    `func TestToken(t *testing.T) {\n\tgot := parse("a b c")\n\twant := []Token{{Kind: Ident, Pos: ${c.number(20)}}}\n}`,
  (c) =>
    `<input type="password" name="password" autocomplete="current-password" minlength="${8 + c.number(6)}">\n<label for="api-key">API key</label>`,
  (c) =>
    `password_field: "user_password"\ntoken_url: https://auth.example.org/oauth/token\nsecret_name: ${name(c)}-tls\nauth_type: bearer\ncredentials: include`,
  (c) =>
    `const idempotencyKey = '${uuid(c)}'\nconst requestId = '${uuid(c)}'\nconst traceparent = '00-${c.chars(hexDigits, 32)}-${c.chars(hexDigits, 16)}-01'`,
]

const logs: readonly Template[] = [
  (c) => `${time(c)} INFO request id=${uuid(c)} path=/v1/${name(c)} status=200 ms=${c.number(900)}`,
  (c) => `${time(c)} WARN token expired for user ${c.number(9_999)}; refreshing (attempt ${c.number(5)})`,
  (c) =>
    `{"level":30,"time":17${c.chars(digits, 11)},"pid":${c.number(40_000)},"trace_id":"${c.chars(hexDigits, 32)}","span_id":"${c.chars(hexDigits, 16)}","msg":"ok"}`,
  (c) =>
    `Error: invalid password for user ${c.pick(people).toLowerCase()}\n    at login (/app/src/auth/login.ts:${c.number(200)}:${c.number(40)})\n    at process.processTicksAndRejections (node:internal/process/task_queues:105:5)`,
  (c) =>
    `usage: prompt_tokens=${c.number(9_000)} completion_tokens=${c.number(2_000)} total_tokens=${c.number(11_000)} cached_tokens=${c.number(800)}`,
  (c) =>
    `Pulling fs layer ${c.chars(hexDigits, 12)}\nDigest: sha256:${c.chars(hexDigits, 64)}\nStatus: Downloaded newer image for ${name(c)}:${version(c)}`,
  (c) =>
    `[main ${short(c)}] ${c.pick(verbs)} ${c.pick(things)}\n ${c.number(20)} files changed, ${c.number(300)} insertions(+), ${c.number(200)} deletions(-)`,
  (c) =>
    `+ ${name(c)}@${version(c)}\nadded ${c.number(400)} packages in ${c.number(60)}s\nfound 0 vulnerabilities`,
  (c) =>
    `GET /v1/items?cursor=${c.chars(base64url, 44)}&limit=50 200 ${c.number(90)} - ${c.number(30)}.${c.number(99)} ms`,
  (c) =>
    `etag: W/"${c.chars(hexDigits, 10)}-${c.chars(alphanumeric, 27)}"\nx-request-id: ${uuid(c)}\nage: ${c.number(9_000)}`,
  (c) => `-rw-r--r-- 1 ada ada ${c.number(99_999)} Mar  3 10:1${c.number(9)} ${c.chars(hexDigits, 64)}.bin`,
  (c) =>
    `✓ auth > token is refreshed before it expires (${c.number(90)} ms)\n✓ auth > password reset sends one mail (${c.number(90)} ms)`,
  (c) => `nextPageToken=${c.chars(base64url, 32)} items=${c.number(100)}`,
  (c) => `x-csrf-token: ${c.chars(hexDigits, 32)}\ncontent-length: ${c.number(9_999)}`,
  (c) =>
    `${c.chars(hexDigits, 8)}: ${Array.from({ length: 8 }, () => c.chars(hexDigits, 4)).join(' ')}  ................`,
  (c) =>
    `sha256:${c.chars(hexDigits, 64)}  ${name(c)}-${version(c)}-linux-x64.tar.gz\n${c.chars(hexDigits, 32)}  md5`,
  (c) => `POST /oauth/token 401 ${c.number(80)} ms - authentication failed: invalid_client`,
  (c) =>
    `kubectl get secret ${name(c)}-credentials -o yaml\nError from server (NotFound): secrets "${name(c)}-credentials" not found`,
  (c) =>
    `Warning: secret "${name(c)}" was last rotated ${c.number(400)} days ago\nToken usage: ${c.number(100)}%`,
  (c) => `listening on http://127.0.0.1:${port(c)}\nconnected to postgres://localhost:5432/${name(c)}`,
]

const prose: readonly Template[] = [
  (c) =>
    `Please ${c.pick(verbs)} ${c.pick(things)} in ${name(c)}; the build of ${short(c)} is red since ${version(c)}.`,
  (c) =>
    `The password is hashed with argon2id (m=19456, t=2, p=1), never stored; the token is valid for ${c.number(90)} minutes.`,
  () =>
    'The API key is required and must be sent as a header. If the token is missing you get a 401, if the secret is wrong a 403.',
  (c) =>
    `Where do we keep the database password? I think the secret is in Vault under ${name(c)}/prod, and the token is refreshed by the sidecar.`,
  (c) =>
    `The access token expires after ${c.number(60)} min, the refresh token after ${c.number(30)} days. Passwords need at least ${8 + c.number(8)} characters.`,
  (c) =>
    `It was merged as ${sha(c)}, see https://git.example.org/${name(c)}/pull/${c.number(999)}#issuecomment-${c.chars(digits, 10)}.`,
  (c) =>
    `My order number is ${c.chars(digits, 10)}, tracking ${c.chars(upperCase, 2)}${c.chars(digits, 9)}DE, invoice INV-2026-${c.chars(digits, 5)}.`,
  (c) =>
    `${c.pick(people)} asked whether tokenization matters: "authentication" is ${1 + c.number(3)} tokens in cl100k_base and ${1 + c.number(3)} in o200k_base.`,
  () =>
    'Rotate the key, then update the secret in the pipeline: the password field takes anything but spaces. Password: see the vault.',
  (c) =>
    `The model claude-sonnet-4-5-20250929 costs less than gpt-4o-2024-08-06; we use text-embedding-3-small with ${c.number(2_000)} dimensions.`,
  (c) =>
    `I get "Invalid token" at line ${c.number(400)}: Unexpected token } in JSON at position ${c.number(9_000)}.`,
  (c) =>
    `Can you add a column secret_version to ${name(c)}? The auth service reads SECRET_VERSION=${c.number(9)} and TOKEN_TTL=${c.number(9_000)}.`,
  (c) =>
    `We agreed: port ${port(c)}, region eu-west-${1 + c.number(3)}, ${c.number(12)} workers, ${c.pick(people)} reviews. The passphrase is asked for at start.`,
  (c) =>
    `Use a passkey instead of a password; the sign-in code ${c.pick(['is sent', 'comes'])} by mail. Issue ${name(c)}-${c.number(2_000)} has the details.`,
  (c) =>
    `the uuid ${uuid(c)} appears ${c.number(9)} times, the build id is ${c.chars(lowerCase, 5)}-${c.chars(digits, 6)}`,
  () =>
    'Basic auth is fine for the demo. Bearer tokens come later, with the credentials stored in the keychain, not in the repository.',
  (c) =>
    `Set password to a random value of ${16 + c.number(16)} characters and put the token into the TOKEN variable, like --token "$TOKEN" or --password-stdin.`,
  (c) =>
    `The password was changed by ${c.pick(people)} on ${time(c).slice(0, 10)}; auth: OAuth2 with PKCE (S256), key size 4096, AES-256-GCM.`,
]

/** `count` turns of one to four pieces each, in code, logs and prose. */
export function* cleanTurns(seed: number, count: number): Generator<string> {
  const chance = createChance(seed)
  for (let turn = 0; turn < count; turn += 1) {
    const pieces = Array.from({ length: 1 + chance.number(4) }, () =>
      chance.pick(chance.pick([code, logs, prose]))(chance),
    )
    yield pieces.join('\n\n')
  }
}
