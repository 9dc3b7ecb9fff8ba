// Clean turns of plain work: versions, package names, logs, traces, queries, configuration, paths and links.
import type { CleanFamily } from './clean-digests.ts'
import { base62, base64url, type Dice, digits, hex, lower } from './dice.ts'

const n = (d: Dice, limit: number) => d.below(limit)
const version = (d: Dice) => `${n(d, 20)}.${n(d, 30)}.${n(d, 20)}`
const file = (d: Dice) =>
  d.pick(['src/auth/session.ts', 'lib/token-store.rb', 'app/password_form.py', 'cmd/keygen/main.go'])
const pkg = (d: Dice) =>
  d.pick([
    'jsonwebtoken',
    'passport-local',
    'cookie-session',
    'secrets-manager',
    'keyv',
    '@auth/core',
    'bcrypt',
    'dotenv',
    'python-jose',
  ])

export const work: readonly CleanFamily[] = [
  {
    family: 'versions and packages',
    write: [
      (d) => `├── ${pkg(d)}@${version(d)}\n├── ${pkg(d)}@${version(d)}\n└── ${pkg(d)}@${version(d)}`,
      (d) => `"dependencies": {\n  "${pkg(d)}": "^${version(d)}",\n  "@types/${pkg(d)}": "~${version(d)}"\n}`,
      (d) => `${pkg(d)}==${version(d)}\npyOpenSSL==${version(d)}\ntoken-bucket==${version(d)}`,
      (d) => `Setting up libsecret-1-0:amd64 (${version(d)}-1ubuntu${n(d, 9)}) ...`,
      (d) => `Linux 6.8.0-${n(d, 90)}-generic #${n(d, 90)}-Ubuntu SMP x86_64 GNU/Linux`,
      (d) =>
        `User-Agent: Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/${n(d, 140)}.0.${n(d, 7000)}.${n(d, 200)} Safari/537.36`,
      (d) => `ghcr.io/acme/key-service:v${version(d)}-${d.chars(hex, 7)}`,
      (d) =>
        `go: downloading github.com/golang-jwt/jwt/v5 v5.${n(d, 9)}.${n(d, 9)}-0.2025010${n(d, 9)}${d.chars(digits, 6)}-${d.chars(hex, 12)}`,
      (d) => `https://registry.npmjs.org/${pkg(d)}/-/${pkg(d).replace('@auth/', '')}-${version(d)}.tgz`,
    ],
  },
  {
    family: 'logs',
    write: [
      (d) =>
        `10.0.${n(d, 250)}.${n(d, 250)} - - [03/Mar/2025:10:00:0${n(d, 9)} +0000] "POST /oauth/token HTTP/1.1" 200 ${n(d, 9000)}`,
      (d) =>
        `2025-03-0${1 + n(d, 8)}T10:00:00Z INFO auth token refreshed for user ${n(d, 9000)} in ${n(d, 90)} ms`,
      (d) => `time="2025-03-01T10:00:00Z" level=info msg="secret synced" name=db-${n(d, 99)} namespace=prod`,
      (d) => `[vite] hmr update /src/components/PasswordInput.tsx (x${n(d, 30)})`,
      (d) => `✓ ${file(d)} (${n(d, 90)} tests) ${n(d, 900)}ms`,
      (d) =>
        `Mar  ${1 + n(d, 8)} 10:00:0${n(d, 9)} web1 sshd[${n(d, 9999)}]: Accepted publickey for deploy from 10.0.0.${n(d, 250)} port ${n(d, 60000)} ssh2`,
      (d) => `#${n(d, 30)} [build ${n(d, 9)}/9] RUN --mount=type=secret,id=npm_token npm ci`,
      (d) => `webpack ${version(d)} compiled with ${n(d, 9)} warnings in ${n(d, 9000)} ms`,
    ],
  },
  {
    family: 'stack traces',
    write: [
      (d) =>
        `TypeError: Cannot read properties of undefined (reading 'token')\n    at refresh (${file(d)}:${n(d, 300)}:${n(d, 40)})\n    at process.processTicksAndRejections (node:internal/process/task_queues:95:5)`,
      (d) =>
        `Traceback (most recent call last):\n  File "/app/auth.py", line ${n(d, 300)}, in login\n    raise InvalidCredentials(user.name)\nInvalidCredentials: ana`,
      (d) =>
        `java.lang.IllegalStateException: no key for alias main\n\tat com.example.KeyStoreLoader.load(KeyStoreLoader.java:${n(d, 400)})`,
      (d) =>
        `panic: secret not mounted\n\ngoroutine 1 [running]:\nmain.main()\n\t/src/main.go:${n(d, 300)} +0x${d.chars(hex, 3)}`,
      (d) =>
        `error TS2345: Argument of type 'string | undefined' is not assignable to parameter of type 'Token'. (${file(d)}:${n(d, 300)})`,
    ],
  },
  {
    family: 'queries and schemas',
    write: [
      (d) =>
        `SELECT id, email, password_hash FROM users WHERE api_key_id = ${n(d, 9000)} LIMIT ${n(d, 100)};`,
      (d) =>
        `CREATE TABLE sessions (id uuid PRIMARY KEY, token_digest bytea NOT NULL, ttl int DEFAULT ${n(d, 9000)});`,
      (d) => `db.users.find({ "auth.provider": "password" }, { password: 0 }).limit(${n(d, 90)})`,
      (d) => `query { viewer { accessTokens(first: ${n(d, 90)}) { nodes { id name lastUsedAt } } } }`,
      (d) => `GRANT SELECT ON ALL TABLES IN SCHEMA public TO reporting; -- ${n(d, 99)}`,
      (d) => `redis> GET user:${n(d, 9000)}:session\n(nil)\nredis> KEYS token:*`,
      (d) => `ALTER USER app VALID UNTIL 'infinity' CONNECTION LIMIT ${n(d, 90)};`,
    ],
  },
  {
    family: 'paths and links',
    write: [
      (d) => `/home/ana/.config/gcloud/application_default_credentials.json (${n(d, 9000)} bytes)`,
      (d) => `https://www.youtube.com/watch?v=${d.chars(base64url, 11)}`,
      (d) =>
        `https://shop.example.com/p/${n(d, 9000)}?utm_source=mail&utm_campaign=spring_${n(d, 99)}&ref=${d.chars(lower, 6)}`,
      (d) => `https://gist.github.com/acme/${d.chars(hex, 32)}`,
      (d) => `/tmp/pytest-of-ana/pytest-${n(d, 99)}/test_token_expiry0/out.json`,
      (d) => `https://fonts.gstatic.com/s/inter/v${n(d, 20)}/${d.chars(base62, 40)}.woff2`,
      (d) => `file:///Users/ana/work/app/build/${d.chars(hex, 32)}/index.html`,
      (d) => `s3://acme-prod-artifacts/builds/2025/03/${n(d, 30)}/${d.chars(hex, 40)}.tar.gz`,
      (d) => `git@github.com:acme/secrets-${n(d, 99)}.git`,
      (d) => `ssh -i ~/.ssh/id_ed25519 -p ${2200 + n(d, 99)} deploy@web${n(d, 9)}.example.com`,
    ],
  },
  {
    family: 'configuration',
    write: [
      (d) =>
        `spec:\n  replicas: ${n(d, 9)}\n  template:\n    spec:\n      serviceAccountName: token-reader\n      imagePullSecrets:\n      - name: regcred`,
      (d) =>
        `[profile.release]\nopt-level = ${n(d, 3)}\nlto = "thin"\n\n[features]\ndefault = ["secret-service"]`,
      (d) =>
        `{"compilerOptions":{"target":"es2024","keyofStringsOnly":false,"maxNodeModuleJsDepth":${n(d, 9)}}}`,
      (d) =>
        `ssl_certificate /etc/ssl/certs/site.pem;\nssl_certificate_key /etc/ssl/private/site.key;\nkeepalive_timeout ${n(d, 90)};`,
      (d) => `tokenizer: cl100k_base\nmax_input_tokens: ${n(d, 9000)}\nkey_bindings:\n  save: ctrl+s`,
      (d) =>
        `auth:\n  type: oauth2\n  token_url: https://idp.example.com/oauth/token\n  scopes: [read, write]\n  leeway: ${n(d, 90)}`,
      (d) =>
        `Host bastion\n  HostName 10.0.0.${n(d, 250)}\n  IdentityFile ~/.ssh/bastion\n  PasswordAuthentication no`,
      (d) => `key: "settings.security.title.${n(d, 99)}"\nvalue: "Security and passwords"`,
      (d) => `[auth]\npassword_min_length = ${n(d, 30)}\npassword_hash = "argon2id"\ntoken_type = "opaque"`,
      (d) => `--secret-name app-db-${n(d, 99)} --key-file /run/keys/app.key --password-file /run/secrets/db`,
    ],
  },
  {
    family: 'plain talk',
    write: [
      (d) =>
        `I renamed the ${n(d, 90)} test fixtures: validToken, expiredToken, tokenWithoutScope, wrongPassword.`,
      (d) => `Why does useSession() return null on render ${n(d, 9)}? The cookie is there.`,
      (d) => `Step ${n(d, 9)}: move getAccessTokenFromRefreshToken into TokenServiceFactory.`,
      (d) => `We decided on PostgreSQL ${10 + n(d, 8)}, with PgBouncer in front and row level security.`,
      (d) => `The regex /^[A-Za-z0-9_-]{${10 + n(d, 50)}}$/ should match every key id.`,
      (d) => `Please write a test for resetPasswordWithInvalidTokenReturns40${n(d, 9)}.`,
      (d) => `Bearer tokens beat basic auth here: ${n(d, 9)} services already accept them.`,
      (d) =>
        `Order ${n(d, 9000)}: 12 keys, 3 key rings, 1 secret Santa gift, delivered to pass road ${n(d, 99)}.`,
      (d) => `Press Ctrl+Shift+${d.pick(['K', 'P', 'T'])} then Enter, key code ${n(d, 255)}.`,
    ],
  },
]
