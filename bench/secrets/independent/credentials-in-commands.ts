// Passwords and keys that stand in a connection string, a command line or an HTTP message: the form around them
// is what tells.
import { base62, base64url, type Dice, digits, hex, uuid } from './dice.ts'
import { host, password, plainPassword } from './places.ts'
import { jwt } from './vendor-tokens.ts'

export interface Specimen {
  text: string
  core: readonly string[]
}

export interface PlacedKind {
  kind: string
  write: readonly ((d: Dice) => Specimen)[]
}

/** One secret in a text that is written around it. */
export const around =
  (make: (d: Dice) => string, text: (secret: string, d: Dice) => string) =>
  (d: Dice): Specimen => {
    const secret = make(d)
    return { text: text(secret, d), core: [secret] }
  }

const plain = (text: (secret: string, d: Dice) => string) => around(plainPassword, text)
const quoted = (text: (secret: string, d: Dice) => string) => around((d) => password(d, '!#%^*+?'), text)
const b64 = (bytes: number) => (d: Dice) => d.bytes(bytes).toString('base64')
const db = (d: Dice) => d.pick(['orders', 'app', 'billing', 'events'])
const user = (d: Dice) => d.pick(['app', 'svc_orders', 'root', 'reporting', 'deploy'])

export const connections: readonly PlacedKind[] = [
  {
    kind: 'postgres url',
    write: [
      plain((s, d) => `DATABASE_URL=postgres://${user(d)}:${s}@db.internal:5432/${db(d)}?sslmode=require`),
      plain((s, d) => `psql "postgresql://${user(d)}:${s}@10.0.3.7/${db(d)}" -c 'select 1'`),
      plain(
        (s, d) =>
          `sqlalchemy.exc.OperationalError: could not connect: postgresql+asyncpg://${user(d)}:${s}@pg:5432/${db(d)}`,
      ),
    ],
  },
  {
    kind: 'mysql url',
    write: [
      plain((s, d) => `const pool = mysql.createPool('mysql://${user(d)}:${s}@mysql:3306/${db(d)}')`),
      plain(
        (s, d) => `[error] PDOException for mysql://${user(d)}:${s}@127.0.0.1/${db(d)}: server has gone away`,
      ),
    ],
  },
  {
    kind: 'mongodb url',
    write: [
      plain(
        (s, d) =>
          `MONGO_URI="mongodb+srv://${user(d)}:${s}@cluster0.ab12c.mongodb.net/${db(d)}?retryWrites=true"`,
      ),
      plain((s, d) => `mongosh mongodb://${user(d)}:${s}@m1:27017,m2:27017/${db(d)}?replicaSet=rs0`),
    ],
  },
  {
    kind: 'redis url',
    write: [
      plain((s) => `REDIS_URL=redis://:${s}@cache.internal:6379/0`),
      plain((s) => `celery -A app worker --broker rediss://default:${s}@redis.example.net:6380`),
    ],
  },
  {
    kind: 'amqp url',
    write: [
      plain((s, d) => `amqp.connect('amqps://${user(d)}:${s}@mq.example.net/${db(d)}')`),
      plain((s, d) => `spring.rabbitmq.addresses=amqp://${user(d)}:${s}@rabbit:5672`),
    ],
  },
  {
    kind: 'mail url',
    write: [
      plain((s) => `MAILER_DSN=smtp://mailer:${s}@smtp.example.com:587`),
      plain((s) => `EMAIL_URL=smtps://noreply%40example.com:${s}@mail.example.com:465`),
    ],
  },
  {
    kind: 'https url with password',
    write: [
      plain((s) => `pip install --index-url https://build:${s}@pypi.example.com/simple internal-lib`),
      plain((s) => `origin  https://ci-bot:${s}@git.example.com/team/app.git (fetch)`),
      plain((s) => `curl -fsSL https://deploy:${s}@artifacts.example.com/app/latest.tgz -o app.tgz`),
      plain((s) => `https://ana:${s}@git.example.com`),
    ],
  },
  {
    kind: 'file transfer url',
    write: [
      plain((s) => `lftp -e "mirror -R dist /www" ftp://site:${s}@ftp.example.com`),
      plain((s) => `rclone copy dist sftp://deploy:${s}@files.example.com/var/www`),
    ],
  },
  {
    kind: 'jdbc url',
    write: [
      plain(
        (s, d) =>
          `spring.datasource.url=jdbc:postgresql://pg:5432/${db(d)}?user=${user(d)}&password=${s}&ssl=true`,
      ),
      plain(
        (s, d) =>
          `String url = "jdbc:sqlserver://sql1:1433;databaseName=${db(d)};user=sa;password=${s};encrypt=true";`,
      ),
      plain((s, d) => `jdbc:oracle:thin:${user(d)}/${s}@//ora.internal:1521/ORCL`),
    ],
  },
  {
    kind: 'ado connection string',
    write: [
      quoted(
        (s, d) =>
          `"DefaultConnection": "Server=tcp:sql.example.net,1433;Database=${db(d)};User ID=${user(d)};Password=${s};Encrypt=True;"`,
      ),
      quoted(
        (s, d) =>
          `Driver={ODBC Driver 18 for SQL Server};Server=sql1;Database=${db(d)};UID=${user(d)};PWD=${s}`,
      ),
      quoted(
        (s, d) =>
          `<add name="Main" connectionString="Data Source=sql1;Initial Catalog=${db(d)};User Id=sa;Password=${s}" />`,
      ),
    ],
  },
  {
    kind: 'libpq keywords',
    write: [
      plain(
        (s, d) => `dsn := "host=pg user=${user(d)} password=${s} dbname=${db(d)} port=5432 sslmode=disable"`,
      ),
      plain((s, d) => `psql "host=10.1.2.3 dbname=${db(d)} user=${user(d)} password=${s}"`),
    ],
  },
  {
    kind: 'go mysql dsn',
    write: [
      plain(
        (s, d) => `db, err := sql.Open("mysql", "${user(d)}:${s}@tcp(mysql:3306)/${db(d)}?parseTime=true")`,
      ),
    ],
  },
  {
    kind: 'azure connection string',
    write: [
      around(
        b64(64),
        (s) =>
          `DefaultEndpointsProtocol=https;AccountName=prodlogs;AccountKey=${s};EndpointSuffix=core.windows.net`,
      ),
      around(
        b64(32),
        (s) =>
          `Endpoint=sb://orders.servicebus.windows.net/;SharedAccessKeyName=RootManage;SharedAccessKey=${s}`,
      ),
      around(b64(64), (s) => `AccountEndpoint=https://acme.documents.azure.com:443/;AccountKey=${s};`),
    ],
  },
  {
    kind: 'signed url',
    write: [
      around(
        (d) => encodeURIComponent(d.bytes(32).toString('base64')),
        (s) =>
          `https://prodlogs.blob.core.windows.net/exports?sv=2023-11-03&ss=b&srt=co&sp=rl&se=2026-01-01T00:00:00Z&sig=${s}`,
      ),
    ],
  },
]

export const commandLines: readonly PlacedKind[] = [
  {
    kind: 'database client flag',
    write: [
      plain((s, d) => `mysql -h db.internal -u ${user(d)} -p${s} ${db(d)} < dump.sql`),
      plain((s, d) => `mysqldump --user=${user(d)} --password=${s} --single-transaction ${db(d)} > out.sql`),
      plain((s, d) => `PGPASSWORD=${s} psql -h pg -U ${user(d)} ${db(d)}`),
      plain((s) => `redis-cli -h cache -a ${s} --no-auth-warning info memory`),
      plain(
        (s, d) => `mongosh --host m1 --username ${user(d)} --password ${s} --authenticationDatabase admin`,
      ),
      quoted((s) => `sqlcmd -S tcp:sql1 -U sa -P '${s}' -Q "select @@version"`),
      plain((s) => `MYSQL_PWD=${s} mysqladmin status`),
    ],
  },
  {
    kind: 'curl user',
    write: [
      plain((s, d) => `curl -u ${user(d)}:${s} https://${host(d)}/rest/api/2/myself`),
      quoted((s, d) => `curl --user '${user(d)}:${s}' -X PUT https://${host(d)}/upload --data-binary @a.bin`),
    ],
  },
  {
    kind: 'login command',
    write: [
      plain((s) => `docker login registry.example.com -u ci -p ${s}`),
      plain((s) => `echo "${s}" | docker login -u ci --password-stdin registry.example.com`),
      plain((s) => `az login --service-principal -u ${'0'.repeat(8)}-app -p ${s} --tenant contoso`),
      quoted((s) => `oc login https://ocp.example.com:6443 --username=dev --password='${s}'`),
      plain((s) => `helm registry login ghcr.example.com --username ci --password ${s}`),
      plain((s) => `wget --http-user=ana --http-password=${s} https://files.example.com/a.zip`),
    ],
  },
  {
    kind: 'ssh password tool',
    write: [
      quoted((s) => `sshpass -p '${s}' ssh root@10.0.0.5 uptime`),
      plain((s) => `sshpass -p ${s} scp build.tgz deploy@web1:/srv`),
      quoted((s) => `expect -c 'spawn ssh root@10.0.0.5; expect "assword:"; send "${s}\\r"; interact'`),
      plain((s) => `plink -ssh root@10.0.0.5 -pw ${s} uptime`),
    ],
  },
  {
    kind: 'passphrase flag',
    write: [
      plain((s) => `openssl enc -d -aes-256-cbc -pbkdf2 -in a.enc -out a -pass pass:${s}`),
      plain((s) => `openssl pkcs12 -in cert.p12 -nodes -passin pass:${s}`),
      plain((s) => `gpg --batch --yes --passphrase ${s} -d backup.gpg > backup.tar`),
      plain((s) => `keytool -list -keystore release.jks -storepass ${s}`),
      plain((s) => `7z x -p${s} backup.7z`),
      quoted((s) => `ssh-keygen -t ed25519 -f id_deploy -N '${s}'`),
      quoted((s) => `RESTIC_PASSWORD='${s}' restic -r s3:bucket snapshots`),
    ],
  },
  {
    kind: 'sudo and accounts',
    write: [
      plain((s) => `echo '${s}' | sudo -S apt-get install -y jq`),
      plain((s) => `echo "deploy:${s}" | sudo chpasswd`),
      plain((s) => `htpasswd -bc /etc/nginx/.htpasswd admin ${s}`),
      plain(
        (s) => `ldapsearch -x -H ldap://dc1 -D "cn=admin,dc=example,dc=com" -w ${s} -b dc=example,dc=com`,
      ),
      plain((s) => `smbclient //nas/share -U ana%${s}`),
      plain((s) => `net use Z: \\\\nas\\share ${s} /user:CORP\\ana`),
      plain((s) => `nmcli dev wifi connect HomeNet password ${s}`),
    ],
  },
  {
    kind: 'secret store command',
    write: [
      plain(
        (s) => `kubectl create secret generic db --from-literal=username=app --from-literal=password=${s}`,
      ),
      plain((s) => `vault kv put secret/app/db username=app password=${s}`),
      quoted(
        (s) =>
          `aws secretsmanager create-secret --name prod/db --secret-string '{"username":"app","password":"${s}"}'`,
      ),
      quoted((s) => `aws ssm put-parameter --name /prod/db/password --type SecureString --value '${s}'`),
      around(
        (d) => d.chars(`${base62}+/`, 40),
        (s) => `aws configure set aws_secret_access_key ${s} --profile prod`,
      ),
    ],
  },
  {
    kind: 'sql account',
    write: [
      quoted((s) => `CREATE USER 'app'@'%' IDENTIFIED BY '${s}';`),
      quoted((s) => `ALTER ROLE reporting WITH LOGIN PASSWORD '${s}';`),
      quoted((s) => `CREATE LOGIN etl WITH PASSWORD = N'${s}', CHECK_POLICY = OFF;`),
      quoted((s) => `SET PASSWORD FOR 'root'@'localhost' = PASSWORD('${s}');`),
    ],
  },
]

const basic = (d: Dice): Specimen => {
  const encoded = Buffer.from(`${user(d)}:${password(d)}`).toString('base64')
  return { text: encoded, core: [encoded.replace(/=+$/, '')] }
}
const withBasic =
  (text: (encoded: string, d: Dice) => string) =>
  (d: Dice): Specimen => {
    const made = basic(d)
    return { text: text(made.text, d), core: made.core }
  }
const token = (length: number) => (d: Dice) => d.chars(base64url, length)
const withJwt =
  (text: (value: string, d: Dice) => string) =>
  (d: Dice): Specimen => {
    const made = jwt(d)
    return { text: text(made.value, d), core: made.core }
  }

export const messages: readonly PlacedKind[] = [
  {
    kind: 'basic auth header',
    write: [
      withBasic((s, d) => `curl https://${host(d)}/v1 -H 'Authorization: Basic ${s}'`),
      withBasic(
        (s, d) =>
          `> POST /token HTTP/2\n> host: ${host(d)}\n> authorization: Basic ${s}\n> content-length: 29`,
      ),
      withBasic((s) => `headers = {"Authorization": "Basic ${s}", "Accept": "application/json"}`),
      withBasic((s) => `Proxy-Authorization: Basic ${s}`),
    ],
  },
  {
    kind: 'opaque bearer token',
    write: [
      around(token(40), (s, d) => `curl https://${host(d)}/me -H "Authorization: Bearer ${s}"`),
      around(
        token(32),
        (s, d) => `GET /v1/me HTTP/1.1\nHost: ${host(d)}\nAuthorization: Bearer ${s}\n\nHTTP/1.1 200 OK`,
      ),
      around(token(43), (s) => `req.Header.Set("Authorization", "Bearer ${s}")`),
      around(token(36), (s) => `axios.defaults.headers.common['Authorization'] = \`Bearer ${s}\``),
      around(token(36), (s) => `authorization: 'Token ${s}'`),
    ],
  },
  {
    kind: 'session cookie',
    write: [
      around(token(32), (s) => `Cookie: theme=dark; sessionid=${s}; lang=en`),
      around(
        (d) => `${d.chars(base64url, 32)}.${d.chars(base62, 43)}`,
        (s) => `Set-Cookie: connect.sid=s%3A${s}; Path=/; HttpOnly; SameSite=Lax`,
      ),
      around(
        (d) => d.chars(digits + hex.slice(10), 40),
        (s, d) => `curl https://${host(d)}/admin -b 'PHPSESSID=${s}; seen=1'`,
      ),
      around(
        token(86),
        (s, d) => `curl 'https://${host(d)}/api' --cookie "__Secure-next-auth.session-token=${s}"`,
      ),
    ],
  },
  {
    kind: 'jwt in a message',
    write: [
      withJwt((s) => `localStorage.setItem('session', '${s}')`),
      withJwt((s) => `{"access_token":"${s}","token_type":"Bearer","expires_in":3600}`),
      withJwt((s) => `WebSocket connected: wss://rt.example.com/socket?token=${s}`),
      withJwt((s, d) => `curl https://${host(d)}/v1 -H "Cookie: auth=${s}"`),
    ],
  },
  {
    kind: 'oauth exchange',
    write: [
      around(
        token(40),
        (s) =>
          `POST /oauth/token\n\ngrant_type=client_credentials&client_id=web&client_secret=${s}&scope=read`,
      ),
      around(token(64), (s) => `{"token_type":"Bearer","refresh_token":"${s}","expires_in":3599}`),
      around(
        token(48),
        (s) => `oauth2.Config{ClientID: "web", ClientSecret: "${s}", Scopes: []string{"read"}}`,
      ),
      around(
        token(44),
        (s) => `curl -d "refresh_token=${s}" -d grant_type=refresh_token https://idp.example.com/token`,
      ),
    ],
  },
  {
    kind: 'login body',
    write: [
      quoted(
        (s, d) => `curl -X POST https://${host(d)}/login -d '{"email":"ana@example.com","password":"${s}"}'`,
      ),
      plain((s, d) => `curl https://${host(d)}/session -d "username=ana&password=${s}&remember=1"`),
      quoted(
        (s) =>
          `<wsse:UsernameToken><wsse:Username>svc</wsse:Username><wsse:Password>${s}</wsse:Password></wsse:UsernameToken>`,
      ),
      quoted((s) => `body: JSON.stringify({ username: 'ana', password: '${s}' }),`),
    ],
  },
  {
    kind: 'private link token',
    write: [
      around(token(43), (s) => `Reset link: https://app.example.com/reset-password?token=${s}`),
      around(uuid, (s) => `RSS: https://feeds.example.com/private.xml?auth=${s}`),
    ],
  },
]
