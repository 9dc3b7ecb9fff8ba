// Invented secrets in invented surroundings: each kind in code, in logs and in prose. They are put together when the
// program runs, prefix and rest apart, so that no scanner of repositories takes this file for a leak.
import {
  alphanumeric,
  base64,
  base64url,
  type Chance,
  createChance,
  digits,
  hexDigits,
  letters,
  lowerCase,
  upperCase,
  uuid,
} from './invented.ts'

export type Surrounding = 'code' | 'log' | 'prose'

export interface PlantedSecret {
  readonly kind: string
  readonly surrounding: Surrounding
  /** Must not be left in the redacted text, nor a long part of it. */
  readonly secret: string
  readonly text: string
}

type Make = (chance: Chance) => string

/** Known by their own shape: their surroundings give no hint. */
const shaped: Readonly<Record<string, Make>> = {
  'aws key id': (c) => `AK${'IA'}${c.chars(`${upperCase}234567`, 16)}`,
  'google key': (c) => `AI${'za'}${c.chars(base64url, 34)}Q`,
  'google oauth secret': (c) => `GOC${'SPX-'}${c.chars(base64url, 27)}d`,
  'google oauth token': (c) => `ya${'29.'}a0${c.chars(base64url, 120)}`,
  'github token': (c) => `gh${c.pick(['p', 'o', 's', 'u'])}_${c.chars(alphanumeric, 36)}`,
  'github fine-grained token': (c) =>
    `github${'_pat_'}${c.chars(alphanumeric, 22)}_${c.chars(alphanumeric, 59)}`,
  'gitlab token': (c) => `gl${'pat-'}${c.chars(base64url, 19)}x`,
  'slack token': (c) =>
    `xo${'xb-'}${c.chars(digits, 12)}-${c.chars(digits, 12)}-${c.chars(alphanumeric, 24)}`,
  'slack webhook': (c) =>
    `https://hooks.${'slack.com'}/services/T${c.chars(upperCase, 8)}/B${c.chars(upperCase, 8)}/${c.chars(alphanumeric, 24)}`,
  'stripe key': (c) => `${c.pick(['sk', 'rk'])}_${c.pick(['live', 'test'])}_${c.chars(alphanumeric, 24)}`,
  'openai key': (c) => `sk-${'proj-'}${c.chars(base64url, 74)}${'T3Blbk'}FJ${c.chars(base64url, 74)}`,
  'openai key, old': (c) => `s${'k-'}${c.chars(alphanumeric, 20)}${'T3Blbk'}FJ${c.chars(alphanumeric, 20)}`,
  'anthropic key': (c) => `sk-${'ant-'}api03-${c.chars(base64url, 92)}AA`,
  'npm token': (c) => `np${'m_'}${c.chars(alphanumeric, 36)}`,
  'pypi token': (c) => `py${'pi-'}AgEIcHlwaS5vcmc${c.chars(base64url, 120)}`,
  'huggingface token': (c) => `h${'f_'}${c.chars(letters, 34)}`,
  'docker token': (c) => `dckr${'_pat_'}${c.chars(base64url, 26)}z`,
  'digitalocean token': (c) => `do${'p_v1_'}${c.chars(hexDigits, 64)}`,
  'sendgrid key': (c) => `S${'G.'}${c.chars(base64url, 22)}.${c.chars(base64url, 42)}a`,
  'twilio key': (c) => `S${'K'}${c.chars(hexDigits, 32)}`,
  'telegram bot token': (c) =>
    `${c.pick('123456789'.split(''))}${c.chars(digits, 9)}:A${'A'}${c.chars(base64url, 32)}q`,
  'discord token': (c) =>
    `${Buffer.from(c.chars(digits, 19)).toString('base64url')}.${c.chars(base64url, 6)}.${c.chars(base64url, 37)}b`,
  'discord webhook': (c) =>
    `https://discord.com/api/${'webhooks'}/${c.chars(digits, 18)}/${c.chars(base64url, 68)}`,
  'heroku key': (c) => `HRKU${'-AA'}${c.chars(base64url, 58)}`,
  'shopify token': (c) => `shp${'at_'}${c.chars(hexDigits, 32)}`,
  'vault token': (c) => `hv${'s.'}${c.chars(base64url, 90)}`,
  'databricks token': (c) => `da${'pi'}${c.chars(hexDigits, 32)}`,
  'grafana token': (c) => `gl${'sa_'}${c.chars(alphanumeric, 32)}_${c.chars(hexDigits, 8)}`,
  'linear key': (c) => `lin${'_api_'}${c.chars(alphanumeric, 40)}`,
  'age key': (c) => `AGE-SECRET${'-KEY-1'}${c.chars('QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L', 58)}`,
  'tailscale key': (c) => `ts${'key-'}auth-${c.chars(alphanumeric, 12)}CNTRL-${c.chars(alphanumeric, 32)}`,
  'azure client secret': (c) => `${c.chars(alphanumeric, 3)}8${'Q~'}${c.chars(`${alphanumeric}_~.-`, 33)}x`,
  jwt: (c) =>
    `e${'yJ'}${c.chars(base64url, 34)}.e${'yJ'}${c.chars(base64url, 120)}.${c.chars(base64url, 43)}`,
  'ssh private key': (c) => pem(c, 'OPENSSH PRIVATE', 12),
  'rsa private key': (c) => pem(c, 'RSA PRIVATE', 24),
}

function pem(chance: Chance, name: string, lines: number): string {
  const body = Array.from({ length: lines }, () => chance.chars(base64, 64)).join('\n')
  const edge = (word: string): string => `-----${word} ${name} KEY-----`
  return `${edge('BEGIN')}\n${body}\n${chance.chars(base64, 30)}==\n${edge('END')}`
}

const typedPassword: Make = (c) =>
  c.pick([
    `${c.pick(['Winter', 'Otter', 'Maple', 'Kiosk'])}${c.chars(digits, 2)}${c.pick(['!', '#', '&', '?'])}${c.chars(lowerCase, 4)}`,
    `${c.chars(alphanumeric, 11)}7${c.pick(['$', '%', '^', '*', '!'])}`,
    `${c.chars(lowerCase, 6)}${c.chars(digits, 4)}`,
  ])
const randomValue: Make = (c) => `${c.chars(alphanumeric, 15)}4${c.chars(alphanumeric, 16)}`
const hexValue: Make = (c) => c.chars(hexDigits, 40)
const bothKinds: Make = (c) => c.pick([randomValue, hexValue])(c)

interface Known {
  readonly make: Make
  readonly texts: Readonly<Record<Surrounding, readonly string[]>>
}

/** Known only by what stands around them; `@` is where the secret stands. */
const surrounded: Readonly<Record<string, Known>> = {
  'password in an assignment': {
    make: typedPassword,
    texts: {
      code: [
        "const password = '@'",
        'db_password = "@"  # rotate',
        '  password: "@",\n  port: 5432,',
        '$config["password"] = "@";',
        'setPassword("@")',
        'String dbPassword = "@";',
        'spring.datasource.password=@',
        'Config{Host: "db", Password: "@", Port: 5432}',
        "ALTER USER shop IDENTIFIED BY '@';",
        "CREATE ROLE shop LOGIN PASSWORD '@';",
        '<bean><property name="password" value="@"/></bean>',
        '<db><password>@</password></db>',
        'password = "@"\nuser = "ada"',
        'ansible_become_pass: @',
        'machine git.example.org login ada password @',
        '$p = ConvertTo-SecureString "@" -AsPlainText -Force',
        'user: ada\npass: @',
        'PASSWORD = r"@"',
        'auth=("ada", "@")',
      ],
      log: [
        '2026-03-01T10:00:00Z DEBUG connecting with {"user":"ada","password":"@"}',
        'config loaded: {\\"smtp\\":{\\"password\\":\\"@\\"}}',
        'ERROR auth failed user=ada password=@ host=db1',
        'POST /login body=username=ada&password=@&remember=1',
        "psql: FATAL: password '@' rejected for user ada",
        'Enter password: @',
      ],
      prose: [
        'The password is @ for now.',
        'log in as ada, password: @',
        'the staging db password was @, please change it',
        'my passphrase is "@"',
        'pw: @ and the user is ada',
        'Das Passwort ist @, bitte nicht weitergeben.',
        'user ada / pass @',
        'try ada:@ on the admin page',
        'I changed it to @ yesterday',
        "it's @ (the password, I mean)",
        'credentials: ada / @',
      ],
    },
  },
  'password in an environment file': {
    make: typedPassword,
    texts: {
      code: [
        'PORT=80\nDB_PASSWORD=@\nDEBUG=1',
        'export PGPASSWORD=@',
        'MYSQL_ROOT_PASSWORD: @',
        '      - POSTGRES_PASSWORD=@',
      ],
      log: ['+ export SMTP_PASS=@', 'env: NODE_ENV=test ADMIN_PASSWORD=@ PATH=/usr/bin'],
      prose: ['Put REDIS_PASSWORD=@ into the .env file and restart.'],
    },
  },
  'password on a command line': {
    make: typedPassword,
    texts: {
      code: [
        "mysql -u root -p'@' shop < dump.sql",
        'sshpass -p "@" ssh ada@host',
        'redis-cli -h cache -a "@" ping',
        'docker login -u ada --password @ registry.example.org',
      ],
      log: ['$ curl -u "ada:@" https://api.example.org/v1', '+ createuser --password=@ ada'],
      prose: ['I ran `mysqldump -uroot -p@ shop` and it worked.'],
    },
  },
  'password in an address': {
    make: (c) => c.chars(alphanumeric, 10),
    texts: {
      code: [
        "fetch('https://ada:@@files.example.org/a.zip')",
        'git remote add origin https://ci:@@git.example.org/shop.git',
      ],
      log: ['cloning https://deploy:@@git.example.org/team/app.git ...'],
      prose: ['The feed is at ftp://reader:@@feeds.example.org/daily if you need it.'],
    },
  },
  'database address': {
    make: typedPassword,
    texts: {
      code: [
        'DATABASE_URL=postgres://shop:@@db.internal:5432/shop',
        "createPool('mysql://root:@@localhost/shop')",
        'mongodb+srv://ada:@@cluster0.example.net/?retryWrites=true',
      ],
      log: [
        'could not connect to redis://default:@@cache:6379/0',
        'sqlalchemy.exc.OperationalError: postgresql+psycopg2://shop:@@10.0.0.4/shop',
      ],
      prose: ['Use amqp://guest:@@mq.example.org:5672 as the broker.'],
    },
  },
  'connection string': {
    make: typedPassword,
    texts: {
      code: [
        '"Server=tcp:db.example.net,1433;User ID=ada;Password=@;Encrypt=true"',
        "new SqlConnection('Data Source=db;Uid=ada;Pwd=@;')",
      ],
      log: ['open failed: Host=db;Username=ada;Password=@;Database=shop'],
      prose: ['The connection string is Server=db;User=ada;Password=@;Pooling=true as before.'],
    },
  },
  'azure storage key': {
    make: (c) => `${c.chars(base64, 85)}9==`,
    texts: {
      code: ['DefaultEndpointsProtocol=https;AccountName=shop;AccountKey=@;EndpointSuffix=core.windows.net'],
      log: ['using AccountName=shop;AccountKey=@'],
      prose: ['Take AccountKey=@ from the portal.'],
    },
  },
  'aws secret key': {
    make: (c) => `${c.chars(base64, 39)}7`,
    texts: {
      code: ['aws_secret_access_key = @', 'AWS_SECRET_ACCESS_KEY=@', '"SecretAccessKey": "@",'],
      log: ['assumed role: {"SecretAccessKey":"@","Expiration":"2026-01-01"}'],
      prose: ['The AWS secret key is @ and the region is eu-west-1.'],
    },
  },
  'bearer header': {
    make: randomValue,
    texts: {
      code: [
        "headers: { Authorization: 'Bearer @' }",
        "curl -H 'Authorization: Bearer @' https://api.example.org",
      ],
      log: ['> authorization: Bearer @', '{"headers":{"Authorization":"Bearer @"}}'],
      prose: ['Send it with bearer @ and it works.'],
    },
  },
  'basic header': {
    make: (c) => `${c.chars(base64, 26)}5=`,
    texts: {
      code: ["req.setHeader('Authorization', 'Basic @')", 'Authorization: Basic @'],
      log: ['> Authorization: Basic @'],
      prose: ['The header was Authorization: Basic @ in the capture.'],
    },
  },
  'api key by name': {
    make: bothKinds,
    texts: {
      code: [
        'const API_KEY = "@"',
        'api_key: @',
        "process.env.WEATHER_API_KEY = '@'",
        'weather.api.key=@',
        'axios.get(`https://api.example.org/v1?key=@`)',
        'apikey = @',
        'new Client({ key: "@" })',
        'client = Client(api_key="@")',
        'x-api-key: @',
        '<apiKey>@</apiKey>',
      ],
      log: ['GET /v1/forecast?city=Bern&api_key=@ 200', 'loaded apiKey=@ from vault'],
      prose: ['our API key is @ on staging', 'the api key `@` has expired'],
    },
  },
  'secret by name': {
    make: bothKinds,
    texts: {
      code: [
        'JWT_SECRET=@',
        "session({ secret: '@', resave: false })",
        'client_secret = "@"',
        'SECRET_KEY_BASE: @',
        'os.environ.setdefault("SECRET_KEY", "@")',
      ],
      log: ['oauth exchange client_id=shop client_secret=@', 'signing secret: @'],
      prose: ['The client secret is @ for the sandbox.', 'I set the webhook secret to @ this morning'],
    },
  },
  'token by name': {
    make: bothKinds,
    texts: {
      code: [
        'const accessToken = "@"',
        'auth_token: @',
        'deploy --token @ --force',
        '//registry.npmjs.org/:_authToken=@',
        '"refresh_token": "@"',
        'git remote set-url origin https://@@git.example.org/a/b.git',
        'TOKEN="@" ./deploy.sh',
        'wss://live.example.org/socket?token=@',
        '"token": {\n  "value": "@"\n}',
      ],
      log: ['login ok, access_token=@&expires_in=3600', 'refreshing token "@"'],
      prose: ['use the token @ for CI', 'My token was @ until Monday.'],
    },
  },
  'heroku key by name': {
    make: uuid,
    texts: {
      code: ['HEROKU_API_KEY=@', 'heroku_api_key: "@"'],
      log: ['using heroku key @ for deploy'],
      prose: ['The Heroku API key is @ as of today.'],
    },
  },
  'session cookie': {
    make: (c) => `${c.chars(alphanumeric, 30)}8`,
    texts: {
      code: ["curl -b 'sessionid=@' https://shop.example.org"],
      log: ['Set-Cookie: connect.sid=@; Path=/; HttpOnly', 'cookie: theme=dark; session_id=@'],
      prose: ['It works with sessionid=@ in the cookie.'],
    },
  },
}

const neutral: Readonly<Record<Surrounding, readonly string[]>> = {
  code: [
    "client.connect('@')",
    'const x = "@";',
    'run(@)',
    '  value: @',
    'VALUE=@\nPORT=80',
    'curl https://api.example.org/x -H "X: @"',
  ],
  log: [
    '2026-03-01 10:00:00 INFO using @ for upload',
    '[worker 3] got @',
    '{"level":"debug","v":"@","ms":12}',
  ],
  prose: ['I pasted @ into the form.', 'It said @, what does that mean?', 'Please use @.', '(@)'],
}

const surroundings: readonly Surrounding[] = ['code', 'log', 'prose']

/** Every kind in every one of its surroundings, `rounds` times. */
export function plantedSecrets(seed: number, rounds = 1): PlantedSecret[] {
  const chance = createChance(seed)
  const planted: PlantedSecret[] = []
  const plant = (kind: string, make: Make, texts: Known['texts']): void => {
    for (const surrounding of surroundings) {
      for (const text of texts[surrounding]) {
        const secret = make(chance)
        // The first @ that has no other beside it, or the first of two: an address has one of its own.
        planted.push({ kind, surrounding, secret, text: text.replace('@', () => secret) })
      }
    }
  }
  for (let round = 0; round < rounds; round += 1) {
    for (const [kind, make] of Object.entries(shaped)) plant(kind, make, neutral)
    for (const [kind, { make, texts }] of Object.entries(surrounded)) plant(kind, make, texts)
  }
  return planted
}

/** True when the secret, or half of it and more in one piece, can still be read. */
export function leaks(redacted: string, secret: string): boolean {
  const half = Math.max(4, Math.ceil(secret.length / 2))
  for (let start = 0; start + half <= secret.length; start += 1) {
    if (redacted.includes(secret.slice(start, start + half))) return true
  }
  return false
}
