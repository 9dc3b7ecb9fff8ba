// What each group of rules takes and what it leaves. Secrets are put together when the test runs, so that no scanner takes
// this file for a leak; the rest of each text must come out as it went in.
import { describe, expect, test } from 'vitest'
import { builtInRules, createRedact } from '../../src/redaction/redact.ts'

const redact = createRedact(builtInRules)
const hex = (count: number): string => 'b7d04e91c6a2f583'.repeat(20).slice(0, count)
const mixed = (count: number): string => 'q7WzR2mKx9TbV4nLd8HsY6pC'.repeat(20).slice(0, count)
const digitsAndLower = (count: number): string => 'k3v9w1q8z5r7t2m6x4n0p'.repeat(20).slice(0, count)
const id = `${hex(8)}-${hex(4)}-4${hex(3)}-a${hex(3)}-${hex(12)}`

describe('tokens by the form that their issuers give them, in a text that says nothing', () => {
  test.each([
    ['NuGet', `oy2${digitsAndLower(43)}`],
    ['Artifactory', `AKCp${mixed(69)}`],
    ['CircleCI', `CCIPAT_${mixed(22)}_${hex(40)}`],
    ['Sonar', `squ_${hex(40)}`],
    ['Bedrock', `ABSK${mixed(110)}==`],
    ['Azure OpenAI', `${mixed(52)}JQQJ99B${mixed(25)}`],
    ['Alibaba', `LTAI5t${mixed(18)}`],
    ['Neon', `napi_${digitsAndLower(64)}`],
    ['OpenShift', `sha256~${mixed(43)}`],
    ['LangSmith', `lsv2_pt_${hex(32)}_${hex(10)}`],
    ['Tavily', `tvly-dev-${mixed(32)}`],
    ['ElevenLabs', `sk_${hex(48)}`],
    ['Langfuse', `sk-lf-${id}`],
    ['Plaid', `access-production-${id}`],
    ['ngrok', `2${mixed(26)}_${mixed(21)}`],
    ['Sourcegraph', `sgp_${hex(16)}_${hex(40)}`],
    ['Facebook', `EAAC${mixed(160)}`],
    [
      'a wallet',
      `L${mixed(60)
        .replaceAll(/[0OIl]/g, 'f')
        .slice(0, 51)}`,
    ],
  ])('%s', (_, secret) => {
    expect(redact(`it was ${secret} before`).text).toMatch(/^it was \[redacted: [\w ]+\] before$/)
  })

  test('of an issuer that no rule knows, the short name stays', () => {
    expect(redact(`use acme_live_${mixed(40)} here`).text).toBe('use acme_live_[redacted: token] here')
  })
})

describe('secrets by what stands around them', () => {
  test.each([
    ['the value below a name in a manifest', `- name: ACME_TOKEN\n  value: "§"`, mixed(32)],
    ['a table', '| API token | `§` |', mixed(32)],
    [
      'a Terraform variable',
      'variable "db_password" {\n  type    = string\n  default = "§"\n}',
      'Otter-Fjord-42',
    ],
    ['a Terraform plan', '  + password                = "§"', 'Otter-Fjord-42'],
    ['a constant in Rust', 'const ACME_TOKEN: &str = "§";', mixed(32)],
    ['a key on its own line', 'API key:\n\n    §\n', mixed(32)],
    ['an admin key', 'ADMIN_KEY=§', hex(32)],
    ['a token that is a UUID', 'ACME_TOKEN=§', id],
    ['a key of somebody, very random', 'Here is the Acme key: §', mixed(40)],
    ['a bold name', '- **Password**: `§`', 'Otter-Fjord-42'],
    ['a name that ends in pw', 'bindPW: §', 'Otter-Fjord-42'],
    ['docker login', 'docker login -u ci -p § registry.example.com', 'Otter-Fjord-42'],
    ['sqlcmd', "sqlcmd -S sql1 -U sa -P '§' -Q 1", 'Otter-Fjord-42'],
    ['keytool', 'keytool -list -storepass §', 'Otter-Fjord-42'],
    ['ssh-keygen', "ssh-keygen -t ed25519 -N '§'", 'Otter-Fjord-42'],
    ['expect', String.raw`expect "assword:"; send "§\r"`, 'Otter42Fjord'],
    ['a call with a user and a password', 'smtp.login("ada@example.com", "§")', 'Otter-Fjord-42'],
    ['a form that a test fills', "cy.get('[name=password]').type('§')", 'Otter-Fjord-42'],
    ['a row with a password', "INSERT INTO users (name, password) VALUES ('ada', '§')", 'Otter-Fjord-42'],
    ['a signed token', "jwt.sign({ id: user.id }, '§', { expiresIn: '1h' })", mixed(40)],
    [
      'a numbered key block that was cut off',
      `     1\t-----BEGIN RSA ${'PRIVATE KEY'}-----\n     2\t§`,
      mixed(64),
    ],
  ])('%s', (_, text, secret) => {
    const { text: kept } = redact(text.replace('§', () => secret))
    expect(kept).not.toContain(secret.slice(0, 8))
    expect(kept).toContain('[redacted: ')
  })
})

describe('secrets in sentences', () => {
  test.each([
    'Log in with ada / § on staging.',
    'wifi Harbor, passphrase §',
    "The VPN password was reset to '§'.",
    'Use `§` as the admin password please.',
    'Das Kennwort für den Server ist §.',
    'La contraseña del servidor es §, pruébala.',
    'mot de passe : §',
    'Le mot de passe est § ici.',
    'A senha do banco é §.',
    'La password del server è §, prova.',
    'Пароль от базы: §, попробуй.',
    '数据库密码:§',
    '密码是 §,试试。',
    'パスワードは § です。',
    '비밀번호는 § 입니다.',
    'Hasło do bazy to §.',
    'Şifre: §',
    'Het wachtwoord is §.',
  ])('%s', (text) => {
    expect(redact(text.replace('§', 'Otter-Fjord-42')).text).not.toContain('Otter')
  })

  test('a passphrase of words, after the word for one', () => {
    expect(redact('The passphrase of the backup is otter.fjord.amber.dune').text).toBe(
      'The passphrase of the backup is [redacted: password]',
    )
  })

  test('recovery codes, and what is said after them', () => {
    const codes = ['k3v9w-1q8z5', 'r7t2m-6x4n0']
    expect(redact(`Your recovery codes:\n${codes.join('\n')}\nKeep them safe.`).text).toBe(
      'Your recovery codes:\n[redacted: recovery codes]\nKeep them safe.',
    )
  })
})

describe('what stays', () => {
  test.each([
    `aws_access_key_id = AKIAIOSFODNN7${'EXAMPLE'}`,
    `GITHUB_TOKEN=ghp_${'x'.repeat(36)}`,
    'It must start with -----BEGIN PRIVATE KEY----- and end likewise.',
    '-----BEGIN PRIVATE KEY-----\n<your key>\n-----END PRIVATE KEY-----',
    'mysql -u root -p app_12 < dump.sql',
    'docker login -u ci -p "$CI_REGISTRY_PASSWORD" registry.example.com:5001',
    '  password = random_password.db[3].result',
    'password_hash = "argon2id"',
    `X-Hub-Signature-256: sha256=${hex(64)}`,
    'arn:aws:secretsmanager:eu-west-1:123456789012:secret:prod/db-Ab12Cd',
    `cache_${hex(40)} and commit-${hex(40)}`,
    `GET /items?cursor=abc_${mixed(32)}`,
    `publicKey: "${mixed(43)}="`,
    `cacheKey: "${mixed(40)}"`,
    'Das Passwort ist falsch, nach 12 Versuchen.',
    'Пароль должен быть не короче 12 символов.',
    '密码错误,请在 60 秒后重试。',
    'hash_password(raw, rounds=17)',
    '# Set your API key\nexport const retries2 = 17',
    'echo "$PASSWORD" | sudo -S true',
    '7z x backup.7z -oout42',
    'has been: la contraseña tiene un mínimo de 12 caracteres',
  ])('%s', (text) => {
    expect(redact(text)).toEqual({ text, kinds: [] })
  })
})
