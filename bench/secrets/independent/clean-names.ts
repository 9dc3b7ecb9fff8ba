// Clean turns that speak of credentials without holding one: placeholders, masked values, names without
// values, references to a vault, code that handles secrets, messages about them.
import type { CleanFamily } from './clean-digests.ts'
import { base62, type Dice, digits } from './dice.ts'

const env = (d: Dice) =>
  d.pick([
    'STRIPE_SECRET_KEY',
    'DATABASE_PASSWORD',
    'GITHUB_TOKEN',
    'OPENAI_API_KEY',
    'JWT_SECRET',
    'AWS_SECRET_ACCESS_KEY',
    'SMTP_PASSWORD',
    'SLACK_BOT_TOKEN',
    'REDIS_PASSWORD',
    'CLIENT_SECRET',
  ])
const what = (d: Dice) =>
  d.pick(['password', 'token', 'API key', 'secret', 'passphrase', 'access token', 'client secret'])
const bare = (d: Dice) =>
  d.pick(['password', 'token', 'apiKey', 'secret', 'accessToken', 'clientSecret', 'passphrase'])
const camel = (d: Dice) =>
  d.pick(['dbPassword', 'apiToken', 'authSecret', 'privateKey', 'signingKey', 'refreshToken'])
const n = (d: Dice, limit: number) => d.below(limit)
const stub = (d: Dice) =>
  d.pick([
    'your-api-key-here',
    'YOUR_TOKEN',
    'your_password',
    'changeme',
    'replace-me',
    'REPLACE_WITH_YOUR_KEY',
    'xxxxxxxx',
    'TODO',
    '<your-key>',
    '<secret>',
    '...',
  ])

export const names: readonly CleanFamily[] = [
  {
    family: 'placeholders',
    write: [
      (d) => `${env(d)}=${stub(d)}\n${env(d)}=${stub(d)}`,
      (d) => `export ${env(d)}="${stub(d)}"  # get one from the dashboard`,
      (d) =>
        `curl https://api.example.com/v${n(d, 4)} -H "Authorization: Bearer ${d.pick(['<token>', 'YOUR_TOKEN', '<ACCESS_TOKEN>', '{token}', '...'])}"`,
      (d) => `const client = new Client({ apiKey: '${stub(d)}', retries: ${n(d, 9)} })`,
      (d) => `OPENAI_API_KEY=sk-... node run.js --jobs ${n(d, 90)}`,
      (d) => `GITHUB_TOKEN=ghp_${'x'.repeat(30 + n(d, 6))}`,
      (d) =>
        `aws_access_key_id = AKIAIOSFODNN7EXAMPLE\naws_secret_access_key = wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY\nregion = eu-west-${n(d, 4)}`,
      (d) => `postgres://USER:PASSWORD@HOST:${5000 + n(d, 999)}/DBNAME`,
      (d) => `DATABASE_URL=postgresql://<user>:<password>@localhost:${5000 + n(d, 999)}/app`,
      (d) => `mongodb+srv://<username>:<password>@cluster${n(d, 99)}.mongodb.net/test`,
      (d) => `sk-ant-api03-${'X'.repeat(20 + n(d, 40))} is how such a key looks`,
      (d) => `{"${camel(d)}": "${stub(d)}", "port": ${n(d, 9999)}}`,
      (d) => `-----BEGIN PRIVATE KEY-----\n<your key here, ${n(d, 40)} lines>\n-----END PRIVATE KEY-----`,
      (d) =>
        `password: ${d.pick(['""', "''", 'null', '~', '<set in CI>', 'REPLACE_ME'])} # line ${n(d, 200)}`,
    ],
  },
  {
    family: 'masked values',
    write: [
      (d) => `${env(d)}=${'*'.repeat(4 + n(d, 16))}`,
      (d) => `${env(d)}: [REDACTED]\nport: ${n(d, 9999)}`,
      (d) => `Authorization: Bearer ***\nX-Retry: ${n(d, 9)}`,
      (d) => `token ghp_${'*'.repeat(32)}${d.chars(base62, 4)} (last used ${n(d, 30)} days ago)`,
      (d) => `{"password":"********","user":"u${n(d, 900)}"}`,
      (d) => `the key ends in ...${d.chars(base62, 4)}, is that the right one?`,
      (d) => `postgres://app:***@db.internal:5432/app${n(d, 90)}`,
      (d) => `Password: ${'•'.repeat(6 + n(d, 10))}`,
      (d) => `${camel(d)}: '<redacted>', attempt: ${n(d, 20)}`,
      (d) => `::add-mask::***\nRun ./deploy.sh (attempt ${n(d, 20)})\n  env:\n    ${env(d)}: ***`,
    ],
  },
  {
    family: 'names without values',
    write: [
      (d) => `${env(d)}=\n${env(d)}=\nPORT=${n(d, 9999)}`,
      (d) => `Error: missing required environment variable ${env(d)} (exit ${n(d, 9)})`,
      (d) => `Set ${env(d)} and ${env(d)} in the repository settings, then run job ${n(d, 999)} again.`,
      (d) => `| ${env(d)} | yes | the ${what(d)} of the service | since ${n(d, 9)}.${n(d, 20)} |`,
      (d) => `required: [${env(d)}, ${env(d)}] # ${n(d, 99)}`,
      (d) => `unset ${env(d)}; echo $? ${n(d, 9)}`,
      (d) => `grep -rn "${env(d)}" src | head -${n(d, 50)}`,
      (d) => `src/config.ts:${n(d, 400)}: '${env(d)}' is declared but never read`,
    ],
  },
  {
    family: 'references to a value',
    write: [
      (d) => `password: \${DB_PASSWORD}\nport: ${n(d, 9999)}`,
      (d) => `env:\n  ${env(d)}: \${{ secrets.${env(d)} }}\n  RETRIES: ${n(d, 9)}`,
      (d) => `const ${camel(d)} = process.env.${env(d)} ?? '' // ${n(d, 99)}`,
      (d) => `api_key = os.environ["${env(d)}"]\ntimeout = ${n(d, 90)}`,
      (d) => `secret_key_base: <%= ENV["SECRET_KEY_BASE"] %>\npool: ${n(d, 30)}`,
      (d) => `curl -H "Authorization: Bearer $${env(d)}" https://api.example.com/${n(d, 999)}`,
      (d) => `psql "postgres://app:\${PGPASSWORD}@pg:5432/app${n(d, 99)}"`,
      (d) => `password = var.db_password\nusername = "app${n(d, 99)}"`,
      (d) => `  password = random_password.db[${n(d, 9)}].result`,
      (d) => `token: op://prod/github/token\nattempts: ${n(d, 9)}`,
      (d) => `valueFrom:\n  secretKeyRef:\n    name: db-credentials-${n(d, 99)}\n    key: password`,
      (d) => `password: "{{ vault_db_password }}"\nserial: ${n(d, 9)}`,
      (d) => `String ${camel(d)} = System.getenv("${env(d)}"); // ${n(d, 99)}`,
      (d) => `apiKey: config.get('${bare(d)}'),\nretries: ${n(d, 9)},`,
      (d) => `mysql -u root -p"$MYSQL_ROOT_PASSWORD" -e "select ${n(d, 99)}"`,
      (d) => `docker login -u ci -p "$CI_REGISTRY_PASSWORD" registry.example.com:${5000 + n(d, 99)}`,
      (d) => `gh auth login --with-token < token-${n(d, 99)}.txt`,
      (d) => `mysql -u root -p app_${n(d, 99)} < dump.sql`,
      (d) => `--set image.tag=v${n(d, 99)} --set existingSecret=app-secret`,
    ],
  },
  {
    family: 'code about secrets',
    write: [
      (d) => `const ${bare(d)} = await getToken(user.id, ${n(d, 900)})`,
      (d) => `if (password.length < ${6 + n(d, 10)}) throw new Error('password too short')`,
      (d) => `interface Credentials { username: string; password: string; ttl: ${n(d, 900)} }`,
      (d) => `password: z.string().min(${6 + n(d, 10)}).max(128),`,
      (d) => `password_hash VARCHAR(${100 + n(d, 155)}) NOT NULL, api_token_id BIGINT`,
      (d) =>
        `<label for="password">Password</label>\n<input id="password" type="password" minlength="${n(d, 20)}" autocomplete="current-password">`,
      (d) => `const tokenCount = countTokens(prompt) + ${n(d, 4000)}`,
      (d) => `max_tokens: ${n(d, 8192)},\nstop_token: null,`,
      (d) =>
        `def verify(password: str, hashed: bytes, rounds: int = ${n(d, 20)}) -> bool:\n    return bcrypt.checkpw(password.encode(), hashed)`,
      (d) =>
        `it('rejects an expired token after ${n(d, 90)} s', async () => { await login(page, user.password) })`,
      (d) => `public String getPassword() { return this.password; } // line ${n(d, 900)}`,
      (d) =>
        `func NewClient(token string, retries int) *Client { return &Client{token: token, retries: ${n(d, 9)}} }`,
      (d) => `password = forms.CharField(widget=forms.PasswordInput, max_length=${n(d, 200)})`,
      (d) => `PASSWORD_RESET_TIMEOUT = ${n(d, 9000)}\nSESSION_COOKIE_NAME = "sid"`,
      (d) => `primary_key=True, sort_key="created_${n(d, 99)}", cache_key=make_key(user)`,
      (d) => `tokens = tokenizer.encode(text)[:${n(d, 4096)}]`,
      (d) => `type Token = { kind: 'ident' | 'string'; start: ${n(d, 99)}; end: number }`,
      (d) => `const secretName = \`app-\${env}-secret-${n(d, 99)}\``,
      (d) => `await page.fill('#password', user.password) // ${n(d, 99)}`,
      (d) =>
        `securitySchemes:\n  bearer:\n    type: http\n    scheme: bearer\n    bearerFormat: JWT # ${n(d, 99)}`,
      (d) => `this.token = token; this.secret = options.secret ?? defaults.secret; // ${n(d, 99)}`,
      (d) => `password=args.password, host=args.host, port=${n(d, 9999)}`,
      (d) => `let key = format!("user:{}:session", id); // ttl ${n(d, 900)}`,
      (d) => `secret: Buffer.from(secretFromVault, 'base64'), rounds: ${n(d, 20)}`,
    ],
  },
  {
    family: 'messages about secrets',
    write: [
      (d) => `FATAL:  password authentication failed for user "app${n(d, 99)}"`,
      (d) => `fatal: Authentication failed for 'https://github.com/acme/app${n(d, 99)}.git'`,
      (d) =>
        `JsonWebTokenError: jwt malformed\n    at verify (/app/node_modules/jsonwebtoken/verify.js:${n(d, 300)}:17)`,
      (d) =>
        `{"error":"invalid_token","error_description":"The access token expired","status":401,"retry":${n(d, 99)}}`,
      (d) => `[sudo] password for ana: \nSorry, try again. (${n(d, 9)})`,
      (d) =>
        `npm error code ENEEDAUTH\nnpm error need auth This command requires you to be logged in (${n(d, 99)})`,
      (d) => `Enter passphrase for key '/home/ana/.ssh/id_ed25519': (${n(d, 9)})`,
      (d) => `SyntaxError: Unexpected token '}' at line ${n(d, 900)}`,
      (d) => `Password: \nLast login: Mon Mar ${1 + n(d, 28)} 10:00:01 from 10.0.0.${n(d, 250)}`,
      (d) => `warning: secret "db-${n(d, 99)}" not found in namespace "prod"`,
      (d) => `usage: input ${n(d, 90000)} tokens, output ${n(d, 9000)} tokens`,
      (d) => `Invalid API key provided: check that it starts with "sk-" (code ${n(d, 99)})`,
    ],
  },
  {
    family: 'sentences about secrets',
    write: [
      (d) => `The ${what(d)} is stored in 1Password, never in the repository. See rule ${n(d, 99)}.`,
      (d) => `The ${what(d)} is required for all ${n(d, 90)} endpoints.`,
      (d) => `The ${what(d)} is passed in the header and checked by middleware number ${n(d, 9)}.`,
      (d) => `We hash the password with argon2id and ${n(d, 9)} passes, so the password is never logged.`,
      (d) => `The ${what(d)} was rotated ${n(d, 60)} days ago; nobody uses the old one.`,
      (d) => `My ${what(d)} expires in ${n(d, 60)} days, should we automate that?`,
      (d) => `Make sure the file starts with -----BEGIN PRIVATE KEY----- and has about ${n(d, 50)} lines.`,
      (d) => `The key is to keep the ${n(d, 90)} rows sorted; the secret is a good index.`,
      (d) => `Password: at least ${8 + n(d, 10)} characters, one digit, one sign.`,
      (d) => `Token: the smallest unit that the lexer returns, ${n(d, 90)} kinds in all.`,
      (d) => `Das Passwort ist falsch, sagt der Server nach ${n(d, 9)} Versuchen.`,
      (d) => `Das Passwort muss mindestens ${8 + n(d, 9)} Zeichen haben.`,
      (d) => `La contraseña es obligatoria y tiene un mínimo de ${n(d, 20)} caracteres.`,
      (d) => `Le mot de passe est oublié par ${n(d, 90)} utilisateurs chaque jour.`,
      (d) => `Пароль должен быть не короче ${8 + n(d, 9)} символов.`,
      (d) => `密码错误,请在 ${n(d, 60)} 秒后重试。`,
      (d) => `Passwords: ${n(d, 90)} weak, ${n(d, 90)} reused, none leaked.`,
      (d) =>
        `"forgotPassword": "Forgot your password?",\n"tokenExpired": "Your link expired after ${n(d, 60)} minutes"`,
      (d) => `Use the password manager; the password field has tab index ${n(d, 9)}.`,
      (d) => `Your password has been changed successfully (event ${d.chars(digits, 5)}).`,
    ],
  },
]
