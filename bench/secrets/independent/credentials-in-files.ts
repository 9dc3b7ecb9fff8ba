// Passwords and keys as well-known files and program code hold them: dot files, framework settings, manifests,
// private key blocks, and calls that take a user and a password.
import { around, type PlacedKind, type Specimen } from './credentials-in-commands.ts'
import { base62, base64url, type Dice, hex, uuid } from './dice.ts'
import { password, plainPassword } from './places.ts'

const plain = (text: (secret: string, d: Dice) => string) => around(plainPassword, text)
const quoted = (text: (secret: string, d: Dice) => string) => around((d) => password(d, '!#%^*+?'), text)
const b64 = (bytes: number) => (d: Dice) => d.bytes(bytes).toString('base64')
/** Base64 of a made-up password: what a manifest calls data. */
const encoded = (d: Dice) =>
  Buffer.from(`${password(d)}${d.chars(base62, 4)}`)
    .toString('base64')
    .replace(/=+$/, '')

export const dotFiles: readonly PlacedKind[] = [
  {
    kind: 'netrc',
    write: [
      plain((s) => `machine git.example.com\n  login ana\n  password ${s}`),
      plain((s) => `machine api.example.com login deploy password ${s}`),
    ],
  },
  {
    kind: 'database password file',
    write: [
      plain((s) => `$ cat ~/.pgpass\ndb.internal:5432:app:app:${s}`),
      plain((s) => `[client]\nuser = root\npassword = ${s}\nhost = localhost`),
      plain((s) => `$ cat /etc/pgbouncer/userlist.txt\n"app" "${s}"`),
    ],
  },
  {
    kind: 'package registry config',
    write: [
      around(uuid, (s) => `registry=https://npm.example.com/\n//npm.example.com/:_authToken=${s}`),
      around(encoded, (s) => `//npm.example.com/:_auth=${s}\nalways-auth=true`),
      plain((s) => `[pypi]\nusername = build\npassword = ${s}`),
      quoted(
        (s) =>
          `<server>\n  <id>nexus</id>\n  <username>ci</username>\n  <password>${s}</password>\n</server>`,
      ),
      plain(
        (s) =>
          `<packageSourceCredentials><feed>\n  <add key="ClearTextPassword" value="${s}" />\n</feed></packageSourceCredentials>`,
      ),
      plain((s) => `mavenUser=ci\nmavenPassword=${s}\nsigning.keyId=ABCD1234`),
      plain((s) => `{"http-basic": {"repo.example.com": {"username": "ci", "password": "${s}"}}}`),
    ],
  },
  {
    kind: 'cloud credentials file',
    write: [
      around(
        (d) => d.chars(`${base62}+/`, 40),
        (s) => `[default]\naws_access_key_id = ****\naws_secret_access_key = ${s}\nregion = eu-west-1`,
      ),
      around(
        (d) => `IQoJb3JpZ2luX2Vj${d.chars(`${base62}+/`, 300)}`,
        (s) => `export AWS_SESSION_TOKEN=${s}`,
      ),
      around(
        (d) => d.chars(`${base62}+/`, 40),
        (s) => `{"Credentials": {"SecretAccessKey": "${s}", "Expiration": "2025-03-01T10:00:00Z"}}`,
      ),
      around(
        (d) => d.chars(base62, 30),
        (s) => `[Credentials]\nlanguage=en\naccessKeySecret=${s}`,
      ),
    ],
  },
  {
    kind: 'docker and kubernetes auth',
    write: [
      around(encoded, (s) => `{"auths": {"registry.example.com": {"auth": "${s}"}}}`),
      around(encoded, (s) => `apiVersion: v1\nkind: Secret\nmetadata:\n  name: db\ndata:\n  password: ${s}`),
      around(
        encoded,
        (s) => `$ kubectl get secret db -o yaml\napiVersion: v1\ndata:\n  DB_PASS: ${s}\nkind: Secret`,
      ),
      quoted((s) => `kind: Secret\nstringData:\n  username: app\n  password: "${s}"`),
      around(b64(900), (s) => `users:\n- name: admin\n  user:\n    client-key-data: ${s}`),
      around(
        (d) => d.chars(base64url, 64),
        (s) => `users:\n- name: ci\n  user:\n    token: ${s}`,
      ),
    ],
  },
  {
    kind: 'network secret',
    write: [
      around(b64(32), (s) => `[Interface]\nPrivateKey = ${s}\nAddress = 10.8.0.2/24`),
      around(b64(32), (s) => `[Peer]\nPresharedKey = ${s}\nAllowedIPs = 0.0.0.0/0`),
      quoted((s) => `network={\n  ssid="Home"\n  psk="${s}"\n}`),
      quoted((s) => `left=%any right=vpn.example.com : PSK "${s}"`),
      plain((s) => `snmp-server community ${s} RW`),
    ],
  },
]

export const frameworks: readonly PlacedKind[] = [
  {
    kind: 'web framework secret',
    write: [
      around(
        (d) => d.chars(`${base62}!@#$%^&*(-_=+)`, 50),
        (s) => `DEBUG = False\nSECRET_KEY = 'django-insecure-${s}'\nALLOWED_HOSTS = ["*"]`,
      ),
      around(
        (d) => d.chars(hex, 128),
        (s) => `production:\n  secret_key_base: ${s}`,
      ),
      around(b64(32), (s) => `APP_NAME=Shop\nAPP_KEY=base64:${s}\nAPP_DEBUG=false`),
      around(b64(32), (s) => `NEXTAUTH_URL=https://app.example.com\nNEXTAUTH_SECRET=${s}`),
      around(
        (d) => d.chars(base62, 64),
        (s) => `config :app, AppWeb.Endpoint, secret_key_base: "${s}"`,
      ),
      around(
        (d) => d.chars(hex, 32),
        (s) => `$ cat config/master.key\n${s}`,
      ),
      around(
        (d) => d.chars(base62, 32),
        (s) => `app.use(session({ secret: '${s}', resave: false, saveUninitialized: true }))`,
      ),
      around(
        (d) => d.chars(base62, 40),
        (s) => `const token = jwt.sign({ id: user.id }, '${s}', { expiresIn: '1h' })`,
      ),
    ],
  },
  {
    kind: 'blog and shop settings',
    write: [
      quoted(
        (s) =>
          `define( 'DB_USER', 'wp' );\ndefine( 'DB_PASSWORD', '${s}' );\ndefine( 'DB_HOST', 'localhost' );`,
      ),
      around(
        (d) => d.chars(`${base62}!@#%^&*()-_+=|{}[];:,.<>/?~`, 64),
        (s) => `define( 'AUTH_KEY', '${s}' );`,
      ),
      quoted(
        (s) => `'db' => [ 'connection' => [ 'default' => [ 'username' => 'shop', 'password' => '${s}' ] ] ],`,
      ),
      quoted(
        (s) =>
          `$databases['default']['default'] = ['database' => 'site', 'username' => 'u', 'password' => '${s}'];`,
      ),
    ],
  },
  {
    kind: 'server settings',
    write: [
      plain((s) => `spring:\n  datasource:\n    username: app\n    password: ${s}`),
      plain((s) => `[security]\nadmin_user = admin\nadmin_password = ${s}`),
      quoted((s) => `"Smtp": { "Host": "smtp.example.com", "UserName": "mailer", "Password": "${s}" }`),
      plain((s) => `requirepass ${s}\nmaxmemory 256mb`),
      plain((s) => `db_host = False\nadmin_passwd = ${s}\ndb_user = odoo`),
      plain((s) => `environment:\n  POSTGRES_USER: app\n  POSTGRES_PASSWORD: ${s}\n  POSTGRES_DB: app`),
      plain((s) => `MINIO_ROOT_USER=admin\nMINIO_ROOT_PASSWORD=${s}`),
      plain((s) => `bindDN: cn=svc,dc=example,dc=com\nbindPW: ${s}`),
      quoted((s) => `ansible_user: deploy\nansible_become_pass: "${s}"`),
      plain((s) => `smtp_sasl_password_maps = static:mailer:${s}`),
    ],
  },
  {
    kind: 'terraform state',
    write: [
      quoted(
        (s) => `"attributes": { "engine": "postgres", "username": "app", "password": "${s}", "port": 5432 }`,
      ),
      plain((s) => `  + password                = "${s}"\n  + username                = "app"`),
      plain((s) => `resource "aws_db_instance" "main" {\n  username = "app"\n  password = "${s}"\n}`),
      plain((s) => `$ terraform output -raw db_password\n${s}`),
    ],
  },
  {
    kind: 'service account file',
    write: [
      (d) => {
        const body = pemBody(d, 'MIIEvQIBADANBgkqhkiG9w0BAQEFAASC', 1190)
        const key = `-----BEGIN PRIVATE KEY-----\n${body.join('\n')}\n-----END PRIVATE KEY-----\n`
        const account = { type: 'service_account', project_id: 'acme', private_key: key, client_id: '1' }
        return { text: JSON.stringify(account, null, 2), core: body }
      },
      (d) => {
        const body = pemBody(d, 'MIIEvQIBADANBgkqhkiG9w0BAQEFAASC', 1190)
        const key = `-----BEGIN PRIVATE KEY-----\\n${body.join('\\n')}\\n-----END PRIVATE KEY-----\\n`
        return { text: `FIREBASE_PRIVATE_KEY="${key}"`, core: body }
      },
    ],
  },
]

/** The lines of a block: a start that the format dictates, then invented bytes. */
function pemBody(d: Dice, start: string, bytes: number): string[] {
  const text = start + d.bytes(bytes).toString('base64').replace(/=+$/, '')
  return text.match(/.{1,64}/g) ?? []
}

const pem =
  (label: string, start: string, bytes: number, place: (block: string) => string = (block) => block) =>
  (d: Dice): Specimen => {
    const body = pemBody(d, start, bytes)
    const block = `-----BEGIN ${label}-----\n${body.join('\n')}\n-----END ${label}-----`
    return { text: place(block), core: body }
  }

const indent = (block: string) => block.replace(/^/gm, '    ')
const numbered = (block: string) =>
  block
    .split('\n')
    .map((line, at) => `${String(at + 1).padStart(6)}\t${line}`)
    .join('\n')
const cut = (block: string) => `${block.split('\n').slice(0, -3).join('\n')}\n... [output truncated]`
const added = (block: string) => block.replace(/^/gm, '+')
const openssh = 'b3BlbnNzaC1rZXktdjEAAAAABG5vbmUAAAAEbm9uZQAAAAAAAAABAAAAMwAAAAtzc2gtZWQyNTUxOQ'

export const keyBlocks: readonly PlacedKind[] = [
  {
    kind: 'rsa key block',
    write: [
      pem('RSA PRIVATE KEY', 'MIIEpAIBAAKCAQEA', 1180),
      pem('RSA PRIVATE KEY', 'MIIEpAIBAAKCAQEA', 1180, (b) => `$ cat id_rsa\n${b}\n$ `),
      pem('RSA PRIVATE KEY', 'MIIEpAIBAAKCAQEA', 1180, numbered),
      pem('RSA PRIVATE KEY', 'MIIEpAIBAAKCAQEA', 1180, cut),
    ],
  },
  {
    kind: 'pkcs8 key block',
    write: [
      pem('PRIVATE KEY', 'MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQg', 105),
      pem(
        'PRIVATE KEY',
        'MIIEvQIBADANBgkqhkiG9w0BAQEFAASC',
        1190,
        (b) => `tls:\n  key: |\n${indent(b)}\n  port: 443`,
      ),
      pem('ENCRYPTED PRIVATE KEY', 'MIIFHDBOBgkqhkiG9w0BBQ0wQTApBgkqhkiG9w0BBQwwHAQI', 1200),
    ],
  },
  {
    kind: 'openssh key block',
    write: [
      pem('OPENSSH PRIVATE KEY', openssh, 180),
      pem(
        'OPENSSH PRIVATE KEY',
        openssh,
        180,
        (b) => `cat > ~/.ssh/id <<'EOF'\n${b}\nEOF\nchmod 600 ~/.ssh/id`,
      ),
      pem('OPENSSH PRIVATE KEY', openssh, 180, added),
      pem('OPENSSH PRIVATE KEY', openssh, 180, (b) => JSON.stringify({ stdout: b, exit: 0 })),
    ],
  },
  {
    kind: 'ec key block',
    write: [
      pem('EC PRIVATE KEY', 'MHcCAQEEI', 113),
      pem('EC PRIVATE KEY', 'MHcCAQEEI', 113, (b) => `signingKey := \`${b}\``),
    ],
  },
  {
    kind: 'pgp key block',
    write: [
      pem('PGP PRIVATE KEY BLOCK', 'lQVYBGV', 1400),
      pem('PGP PRIVATE KEY BLOCK', 'lQVYBGV', 1400, (b) => `$ gpg --export-secret-keys --armor ana\n${b}`),
    ],
  },
  {
    kind: 'putty key file',
    write: [
      (d) => {
        const body = pemBody(d, '', 300)
        const head =
          'PuTTY-User-Key-File-3: ssh-ed25519\nEncryption: none\nComment: ana\nPublic-Lines: 1\nAAAAC3Nz\n'
        return {
          text: `${head}Private-Lines: ${body.length}\n${body.join('\n')}\nPrivate-MAC: ${d.chars(hex, 64)}`,
          core: body,
        }
      },
    ],
  },
]

export const programCode: readonly PlacedKind[] = [
  {
    kind: 'database call',
    write: [
      quoted((s) => `conn = psycopg2.connect(host="pg", dbname="app", user="app", password="${s}")`),
      quoted((s) => `Connection c = DriverManager.getConnection("jdbc:mysql://db/app", "app", "${s}");`),
      quoted((s) => `$pdo = new PDO('mysql:host=db;dbname=app', 'app', '${s}');`),
      quoted((s) => `$link = mysqli_connect("localhost", "root", "${s}", "shop");`),
      quoted(
        (s) =>
          `const knex = Knex({ client: 'pg', connection: { host: 'pg', user: 'app', password: '${s}' } })`,
      ),
      quoted((s) => `DB = Sequel.connect(adapter: :postgres, user: 'app', password: '${s}', host: 'pg')`),
      quoted((s) => `let opts = PgConnectOptions::new().username("app").password("${s}").host("pg");`),
      quoted((s) => `ds.setPassword("${s}");\nds.setUser("app");`),
    ],
  },
  {
    kind: 'login call',
    write: [
      quoted((s) => `server.login("mailer@example.com", "${s}")`),
      quoted((s) => `var cred = new NetworkCredential("svc", "${s}");`),
      quoted((s) => `$pw = ConvertTo-SecureString "${s}" -AsPlainText -Force`),
      quoted((s) => `ssh.connect(hostname="10.0.0.5", username="root", password="${s}", timeout=5)`),
      quoted((s) => `await page.fill('#password', '${s}')\nawait page.click('text=Sign in')`),
      quoted((s) => `cy.get('[name=password]').type('${s}{enter}')`),
      quoted((s) => `requests.get(url, auth=("ana", "${s}"), timeout=5)`),
      quoted((s) => `req.SetBasicAuth("ana", "${s}")`),
      quoted((s) => `auth: { user: 'mailer@example.com', pass: '${s}' },`),
    ],
  },
  {
    kind: 'password constant',
    write: [
      quoted((s) => `private static final String DB_PASSWORD = "${s}";`),
      quoted((s) => `ADMIN_PASSWORD = '${s}'  # TODO move out`),
      quoted((s) => `const char *wifi_password = "${s}";`),
      quoted((s) => `#define MQTT_PASS "${s}"`),
      quoted((s) => `if (password === '${s}') grant(user)`),
      quoted((s) => `passwd := "${s}"`),
      quoted((s) => `@password = "${s}"`),
      quoted((s) => `INSERT INTO users (name, password) VALUES ('admin', '${s}');`),
      quoted((s) => `val keystorePassword = "${s}"`),
    ],
  },
  {
    kind: 'otp seed',
    write: [
      around(
        (d) => d.chars('ABCDEFGHIJKLMNOPQRSTUVWXYZ234567', 32),
        (s) => `otpauth://totp/Example:ana@example.com?secret=${s}&issuer=Example`,
      ),
      around(
        (d) => d.chars('ABCDEFGHIJKLMNOPQRSTUVWXYZ234567', 32),
        (s) => `oathtool --totp -b ${s}`,
      ),
    ],
  },
]
