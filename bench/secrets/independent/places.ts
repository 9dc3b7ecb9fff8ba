// The surroundings in which a key stands when an agent meets it: each writes one named value the way that
// file, language, command or sentence does. `named` places carry the name; `loose` ones carry the value alone,
// which only a credential that names its issuer can be known by.
import { base62, type Dice, digits, hex } from './dice.ts'

export interface Named {
  env: string
  label: string
  value: string
}

export interface Place {
  place: string
  write(d: Dice, it: Named): string
}

const service = (d: Dice) => d.pick(['billing', 'gateway', 'notifier', 'importer', 'search-api', 'webapp'])
const host = (d: Dice) => d.pick(['api.example.com', 'gw.internal.example.net', 'hooks.example.org'])
const at = (d: Dice) =>
  `2025-0${1 + d.below(9)}-1${d.below(10)}T0${d.below(10)}:${10 + d.below(50)}:${10 + d.below(50)}`
const camel = (env: string) => env.toLowerCase().replace(/_([a-z0-9])/g, (_, c: string) => c.toUpperCase())
const kebab = (env: string) => env.toLowerCase().replaceAll('_', '-')
const dotted = (env: string) => env.toLowerCase().replaceAll('_', '.')
const pascal = (env: string) => camel(env).replace(/^./, (c) => c.toUpperCase())

const files: readonly Place[] = [
  {
    place: '.env',
    write: (d, it) =>
      `NODE_ENV=production\nPORT=${3000 + d.below(999)}\n${it.env}=${it.value}\nLOG_LEVEL=info`,
  },
  {
    place: '.env quoted',
    write: (_, it) => `# ${it.label}, rotated quarterly\nexport ${it.env}="${it.value}"`,
  },
  {
    place: 'Dockerfile',
    write: (d, it) =>
      `FROM node:22-slim\n${d.pick(['ENV', 'ARG'])} ${it.env}=${it.value}\nCMD ["node", "server.js"]`,
  },
  {
    place: 'compose map',
    write: (d, it) =>
      `services:\n  ${service(d)}:\n    image: ${service(d)}:1.${d.below(20)}\n    environment:\n      ${it.env}: ${it.value}`,
  },
  {
    place: 'compose list',
    write: (d, it) =>
      `  ${service(d)}:\n    environment:\n      - TZ=UTC\n      - ${it.env}=${it.value}\n    ports: ["8080:8080"]`,
  },
  {
    place: 'yaml',
    write: (_, it) => `integrations:\n  enabled: true\n  ${camel(it.env)}: "${it.value}"\n  timeout: 30`,
  },
  {
    place: 'kubernetes env',
    write: (_, it) =>
      `        env:\n        - name: ${it.env}\n          value: "${it.value}"\n        - name: REGION\n          value: eu-west-1`,
  },
  {
    place: 'json',
    write: (d, it) =>
      `{\n  "service": "${service(d)}",\n  "${camel(it.env)}": "${it.value}",\n  "retries": 3\n}`,
  },
  {
    place: 'json flat',
    write: (_, it) =>
      JSON.stringify({ mcpServers: { tools: { command: 'npx', env: { [it.env]: it.value } } } }),
  },
  {
    place: 'toml',
    write: (_, it) => `[secrets]\n${it.env.toLowerCase()} = "${it.value}"\n\n[build]\nincremental = true`,
  },
  {
    place: 'ini',
    write: (_, it) => `[default]\nregion = us-east-1\n${it.env.toLowerCase()} = ${it.value}\noutput = json`,
  },
  {
    place: 'properties',
    write: (_, it) => `server.port=8081\napp.${dotted(it.env)}=${it.value}\nspring.jpa.show-sql=false`,
  },
  {
    place: 'xml',
    write: (_, it) => `<configuration>\n  <${camel(it.env)}>${it.value}</${camel(it.env)}>\n</configuration>`,
  },
  {
    place: 'xml setting',
    write: (_, it) => `<appSettings>\n  <add key="${pascal(it.env)}" value="${it.value}" />\n</appSettings>`,
  },
  {
    place: 'terraform variable',
    write: (_, it) =>
      `variable "${it.env.toLowerCase()}" {\n  type    = string\n  default = "${it.value}"\n}`,
  },
  {
    place: 'tfvars',
    write: (_, it) => `environment = "prod"\n${it.env.toLowerCase()}   = "${it.value}"\nreplicas = 3`,
  },
  {
    place: 'workflow',
    write: (_, it) =>
      `jobs:\n  deploy:\n    runs-on: ubuntu-latest\n    env:\n      ${it.env}: ${it.value}\n    steps:\n      - uses: actions/checkout@v4`,
  },
]

const commands: readonly Place[] = [
  {
    place: 'export',
    write: (d, it) =>
      `$ export ${it.env}=${it.value}\n$ npm run deploy -- --env ${d.pick(['prod', 'stage'])}`,
  },
  {
    place: 'zsh history',
    write: (d, it) =>
      `: 17${d.chars(digits, 8)}:0;cd ~/code/${service(d)}\n: 17${d.chars(digits, 8)}:0;${it.env}='${it.value}' make release`,
  },
  {
    place: 'powershell',
    write: (_, it) => `PS C:\\src> $env:${it.env} = "${it.value}"\nPS C:\\src> dotnet run`,
  },
  { place: 'fish', write: (_, it) => `set -gx ${it.env} ${it.value}` },
  {
    place: 'docker run',
    write: (d, it) => `docker run --rm -e ${it.env}=${it.value} -p 8080:8080 ${service(d)}:latest`,
  },
  {
    place: 'helm',
    write: (d, it) =>
      `helm upgrade --install ${service(d)} ./chart --set env.${camel(it.env)}=${it.value} -n prod`,
  },
  {
    place: 'kubectl secret',
    write: (d, it) =>
      `kubectl create secret generic ${service(d)}-env --from-literal=${it.env}=${it.value} --dry-run=client -o yaml`,
  },
  {
    place: 'platform secret',
    write: (d, it) =>
      `${d.pick(['fly secrets set', 'heroku config:set', 'railway variables --set'])} ${it.env}=${it.value}`,
  },
  { place: 'flag', write: (_, it) => `./bin/sync --region eu --${kebab(it.env)} ${it.value} --verbose` },
  {
    place: 'flag equals',
    write: (_, it) => `npx cli publish --${kebab(it.env)}=${it.value} --access public`,
  },
  {
    place: 'printenv',
    write: (_, it) =>
      `$ printenv | sort\nHOME=/home/dev\nLANG=C.UTF-8\n${it.env}=${it.value}\nPWD=/app\nSHLVL=1`,
  },
  { place: 'heredoc', write: (_, it) => `cat > .env.local <<EOF\n${it.env}=${it.value}\nDEBUG=false\nEOF` },
  {
    place: 'sed',
    write: (_, it) => `sed -i 's|^${it.env}=.*|${it.env}=${it.value}|' .env && docker compose up -d`,
  },
]

const code: readonly Place[] = [
  {
    place: 'typescript',
    write: (_, it) =>
      `const ${camel(it.env)} = '${it.value}'\nexport const client = createClient({ retries: 2 })`,
  },
  {
    place: 'javascript object',
    write: (_, it) => `const client = new Client({\n  region: "eu",\n  ${camel(it.env)}: "${it.value}",\n});`,
  },
  {
    place: 'python',
    write: (_, it) => `import os\n\n${it.env} = "${it.value}"\n\ndef main() -> None:\n    run(${it.env})`,
  },
  {
    place: 'python environ',
    write: (_, it) => `os.environ["${it.env}"] = "${it.value}"\nresult = pipeline("hello")`,
  },
  {
    place: 'python default',
    write: (_, it) => `${it.env.toLowerCase()} = os.getenv("${it.env}", "${it.value}")`,
  },
  {
    place: 'go',
    write: (_, it) => `const ${camel(it.env)} = "${it.value}"\n\nfunc main() {\n\tlog.Println("starting")\n}`,
  },
  {
    place: 'java',
    write: (_, it) =>
      `private static final String ${it.env} = "${it.value}";\nprivate final int retries = 3;`,
  },
  {
    place: 'ruby',
    write: (_, it) => `Rails.application.configure do\n  config.${it.env.toLowerCase()} = "${it.value}"\nend`,
  },
  {
    place: 'php',
    write: (_, it) => `<?php\ndefine('${it.env}', '${it.value}');\nreturn [ 'debug' => false ];`,
  },
  {
    place: 'php array',
    write: (_, it) => `'services' => [\n    '${it.env.toLowerCase()}' => '${it.value}',\n],`,
  },
  {
    place: 'rust',
    write: (_, it) => `const ${it.env}: &str = "${it.value}";\n\nfn main() -> anyhow::Result<()> { Ok(()) }`,
  },
  {
    place: 'csharp',
    write: (_, it) =>
      `public const string ${pascal(it.env)} = "${it.value}";\npublic int Retries { get; set; } = 3;`,
  },
  {
    place: 'kotlin',
    write: (_, it) => `val ${camel(it.env)} = "${it.value}"\nval json = Json { ignoreUnknownKeys = true }`,
  },
  {
    place: 'swift',
    write: (_, it) => `enum Config {\n  static let ${camel(it.env)}: String = "${it.value}"\n}`,
  },
]

const output: readonly Place[] = [
  {
    place: 'diff',
    write: (d, it) =>
      `diff --git a/config.yml b/config.yml\nindex ${d.chars(hex, 7)}..${d.chars(hex, 7)} 100644\n@@ -3,3 +3,3 @@\n region: eu\n-${it.env}: ""\n+${it.env}: "${it.value}"\n debug: false`,
  },
  {
    place: 'numbered lines',
    write: (_, it) => `     1\tNODE_ENV=production\n     2\t${it.env}=${it.value}\n     3\tPORT=8080`,
  },
  {
    place: 'arrowed lines',
    write: (_, it) =>
      `    11→  retries: 3,\n    12→  ${camel(it.env)}: '${it.value}',\n    13→  debug: false,`,
  },
  {
    place: 'grep hit',
    write: (d, it) => `src/${service(d)}/config.ts:${10 + d.below(80)}:  ${camel(it.env)}: '${it.value}',`,
  },
  {
    place: 'escaped json',
    write: (_, it) =>
      JSON.stringify({
        tool: 'bash',
        stdout: `NODE_ENV=production\n${it.env}="${it.value}"\nPORT=80\n`,
        code: 0,
      }),
  },
  {
    place: 'log dump',
    write: (d, it) =>
      `${at(d)}Z DEBUG ${service(d)} config loaded {'region': 'eu', '${it.env.toLowerCase()}': '${it.value}', 'retries': 3}`,
  },
  {
    place: 'logfmt',
    write: (d, it) =>
      `ts=${at(d)}Z level=warn svc=${service(d)} msg="starting" ${it.env.toLowerCase()}=${it.value} port=8080`,
  },
]

const sentences: readonly Place[] = [
  {
    place: 'prose is',
    write: (_, it) => `The ${it.label} is ${it.value}, put it into the deploy settings please.`,
  },
  { place: 'prose colon', write: (_, it) => `Here is the ${it.label}: ${it.value}\nCan you wire it up?` },
  { place: 'prose backticks', write: (_, it) => `Use \`${it.value}\` as the ${it.label} while I am away.` },
  { place: 'prose set to', write: (_, it) => `I set ${it.env} to ${it.value} but the build still says 401.` },
  {
    place: 'table row',
    write: (d, it) =>
      `| setting | value |\n| --- | --- |\n| region | eu-${d.below(3)} |\n| ${it.label} | \`${it.value}\` |`,
  },
  { place: 'own line', write: (_, it) => `${it.label}:\n\n    ${it.value}\n\nThat is the production one.` },
]

const loosePlaces: readonly Place[] = [
  {
    place: 'log line',
    write: (d, it) =>
      `${at(d)} ERROR [${service(d)}] request to https://${host(d)}/v1 rejected for credential ${it.value} (status 401)`,
  },
  {
    place: 'stack trace',
    write: (d, it) =>
      `Error: invalid argument "${it.value}"\n    at connect (/app/src/client.js:${d.below(200)}:11)\n    at async main (/app/src/index.js:12:3)`,
  },
  { place: 'piped', write: (_, it) => `echo ${it.value} | ./login --stdin` },
  { place: 'positional', write: (d, it) => `npx ${service(d)}-cli login ${it.value}` },
  { place: 'list literal', write: (_, it) => `rotated = [\n    "${it.value}",\n]` },
  { place: 'call argument', write: (_, it) => `const client = new Sdk("${it.value}", { timeout: 3000 });` },
  {
    place: 'csv',
    write: (d, it) => `id,owner,created,value\n${d.below(99)},ops,2025-02-1${d.below(9)},${it.value}`,
  },
  {
    place: 'pasted',
    write: (_, it) => `${it.value}\n\nthat one stopped working yesterday, can you check why?`,
  },
  { place: 'assertion', write: (_, it) => `AssertionError: expected '${it.value}' to equal undefined` },
  {
    place: 'comment',
    write: (d, it) =>
      `// TODO(${d.pick(['ana', 'jo', 'kim'])}): stop using ${it.value} before the release\nrun()`,
  },
]

const headerPlaces: readonly Place[] = [
  {
    place: 'curl bearer',
    write: (d, it) =>
      `curl -sS https://${host(d)}/v1/items -H "Authorization: Bearer ${it.value}" -H 'Accept: application/json'`,
  },
  {
    place: 'curl api key',
    write: (d, it) => `curl -X POST https://${host(d)}/v2/jobs -H 'X-Api-Key: ${it.value}' -d '{"n":1}'`,
  },
  {
    place: 'http dump',
    write: (d, it) =>
      `> GET /v1/me HTTP/1.1\n> Host: ${host(d)}\n> Authorization: Bearer ${it.value}\n> Accept: */*\n< HTTP/1.1 200 OK`,
  },
  {
    place: 'query',
    write: (d, it) =>
      `GET https://${host(d)}/v1/search?q=shoes&api_key=${encodeURIComponent(it.value)}&page=2 200 31ms`,
  },
  {
    place: 'query access token',
    write: (d, it) =>
      `https://${host(d)}/cb?state=ok&access_token=${encodeURIComponent(it.value)}&expires_in=3600`,
  },
  {
    place: 'fetch',
    write: (d, it) =>
      `await fetch('https://${host(d)}/v1', {\n  headers: { 'Content-Type': 'application/json', Authorization: 'Bearer ${it.value}' },\n})`,
  },
  {
    place: 'requests',
    write: (d, it) =>
      `r = requests.get("https://${host(d)}/v1", headers={"Authorization": "token ${it.value}"}, timeout=5)`,
  },
  {
    place: 'header object',
    write: (_, it) => `headers: {\n  "x-api-key": "${it.value}",\n  "user-agent": "probe/1.0"\n}`,
  },
]

/** Places whose text says that what follows is a key. */
export const namedPlaces: readonly Place[] = [
  ...files,
  ...commands,
  ...code,
  ...output,
  ...sentences,
  ...headerPlaces,
]

/** Places that say nothing about the value. */
export const loose: readonly Place[] = loosePlaces

const intros = [
  'Running it gives me this:',
  'This is what I have now:',
  'Look at this file first.',
  'Can you see what is wrong here?',
  'I tried that, here is the result.',
  'From the terminal a minute ago:',
  'Done. For reference:',
  'The relevant part:',
]
const outros = [
  '',
  '',
  '',
  '\n\nPlease fix it.',
  '\n\nWhat do you think?',
  '\n\nThen the tests passed.',
  '\n\nIt worked on Friday.',
]

/** A fragment as it stands in a turn: bare, fenced, or after a sentence. */
export function inTurn(d: Dice, fragment: string): string {
  const body = d.below(3) === 0 ? `\`\`\`\n${fragment}\n\`\`\`` : fragment
  return d.below(4) === 0 ? body : `${d.pick(intros)}\n\n${body}${d.pick(outros)}`
}

const words =
  `amber basil cedar delta ember fjord garnet harbor indigo juniper kettle lagoon maple nickel orchid
  pepper quartz russet saffron timber umber velvet walnut yarrow zephyr anchor beacon copper dune echo falcon
  glacier hollow island jasper karst lantern meadow north otter prairie quill river summit thistle`
    .trim()
    .split(/\s+/)

const capital = (word: string) => word.replace(/^./, (c) => c.toUpperCase())

/** A password as people make them: random with signs, words with digits, letters with digits, a passphrase. */
export function password(d: Dice, signs = '!@#$%^&*+?'): string {
  const word = () => d.pick(words)
  const styles: readonly (() => string)[] = [
    () => `${d.chars(base62, 7)}${d.chars(signs, 1)}${d.chars(base62, 6)}${d.chars(digits, 2)}`,
    () => `${capital(word())}-${capital(word())}-${d.chars(digits, 3)}`,
    () => `${d.chars(base62, 16)}`,
    () => `${capital(word())}${word()}${d.chars(digits, 4)}${d.chars(signs, 1)}`,
    () => `${word()}_${word()}_${word()}${d.chars(digits, 2)}`,
  ]
  return d.pick(styles)()
}

/** A password that can stand in a URL or after a flag without quoting. */
export const plainPassword = (d: Dice) => password(d, '.~_-')
export { host, words }
