// Secrets that only their surroundings give away: what is assigned to a name such as DB_PASSWORD, passed to a flag, sent
// in a header, written into an address. Each rule looks for the name first; what stands there must then look like a
// secret and not like a variable, a type, a word or a filler, because names such as `token` are everywhere in code.
import { isPlaceholder, isUuid, looksRandom, looksTyped, type Rule } from './rule.ts'

/** Up to the value: `NAME=`, `name: "`, `"name":"` (escaped too), `name := '`, `['name'] = `, `name: string = "`. */
const assigned = String.raw`(?:\\{0,3}["'\`\]]){0,2}(?:\s{0,2}:\s{0,2}(?:str|string|String))?\s{0,8}(?:=>|:=|\?=|==?=?|:)\s{0,3}`
/** The value: in quotes up to the same quote, or bare up to what ends a word in code, logs and prose. */
const inQuotes = (chars: string): string =>
  String.raw`(?<quote>\\{0,3}["'\`])(?<secret>(?:(?!\k<quote>)[^\r\n]){${chars}})\k<quote>`
const bare = (chars: string): string => String.raw`(?<secret>[^\s"'\`,;<>(){}[\]|&\\]{${chars}})`

const passwordName = String.raw`(?:pass(?:word|wd|phrase|code|wort)|(?:^|[^a-z])pwd|_pass|contraseña|mot_de_passe)`
const secretName = String.raw`(?:secret|api[-_ ]?key|access[-_ ]?key|auth[-_ ]?key|private[-_]?key|signing[-_]?key|encryption[-_]?key|master[-_]?key|account[-_]?key|shared[-_]?key|app[-_]?key|license[-_]?key|credentials?|token|authtoken|bearer|auth|signature|x-functions-key)`
/** PASSWORD_PROD, secret_key_base, token2; names of lengths, urls and kinds of secrets are no names of secrets. */
const nameEnd = String.raw`(?![-_.]?(?:url|uri|name|type|path|file|dir|len|length|size|count|limit|max|min|ttl|exp|expir|age|id\b|ids\b|regex|pattern|policy|rule|hint|label|field|input|prompt|algorithm|endpoint|header|prefix|suffix|scheme|mode|version|format|provider|manager|store|service|env|var|ref|arn|alias))(?:[-_][A-Za-z0-9]{1,16}){0,3}[0-9]{0,3}`

function rule(
  kind: string,
  near: readonly string[],
  source: string,
  isSecret: NonNullable<Rule['isSecret']>,
): Rule {
  return { kind, near, anyCase: true, pattern: new RegExp(source, 'dgi'), isSecret }
}

const passwordNear = ['passw', 'passphrase', 'passcode', 'pwd', '_pass', 'contraseña', 'mot_de_passe']
const secretNear = ['secret', 'key', 'credential', 'token', 'auth', 'bearer', 'signature']

/** Names in which `token` is a piece of text, a position in a list or a defence of a form. */
const harmlessToken =
  /(?:page|cursor|continuation|continue|csrf|xsrf|cancell?ation|idempotency|sync|pagination|next|max|min|num|total|prompt|completion|input|output|cached|eos|bos|pad|unk|mask|stop|start|end|special|public|publishable|foreign|primary|sort|cache|partition|map|object|row|col|react)[-_ ]?(?:access)?[-_ ]?(?:token|key)/i
const strongName =
  /secret|api[-_ ]?key|access|auth|private|refresh|client|bearer|password|signing|encryption|master/i

const isRandomFor = (value: string, before: string): boolean => {
  if (harmlessToken.test(before)) return false
  if (isUuid(value)) return strongName.test(before)
  if (/^(?:https?|file|data|urn|arn):|^\/|^\.{1,2}\/|^sha(?:1|256|384|512)[-:]/.test(value)) return false
  return looksRandom(value, 12, 2.9) || /^0x[0-9a-f]{40,}$/i.test(value)
}

const isRandomWithoutSpaces = (value: string, before: string): boolean =>
  !/\s/.test(value) && isRandomFor(value, before)

/** In quotes nearly anything can be a password; a sentence, a type or a variable is none. */
const isQuotedPassword = (value: string): boolean =>
  value.length >= 4 &&
  !isPlaceholder(value) &&
  !/\s\S+\s/.test(value) &&
  !/^[a-z]+(?:[-_./ ][a-z]+)*[.:?!…]?$/i.test(value)

/** `DB_PASS=correcthorse` is an assignment in a shell or an .env file, where nothing but a value can stand. */
const isEnvPassword = (value: string): boolean => value.length >= 4 && !isPlaceholder(value)

const databaseScheme = String.raw`(?:postgres(?:ql)?|mysql2?|mariadb|mongodb(?:\+srv)?|rediss?|amqps?|mssql|sqlserver|clickhouse|cockroachdb|oracle|neo4j|jdbc:[a-z]{2,12})(?:\+[a-z0-9]{2,12})?`
const userInfo = String.raw`:\/\/[^\s:/@"'\`<>]{0,100}:(?<secret>[^\s/@"'\`<>]{1,200}(?:[/@][^\s/@"'\`<>]{1,60}){0,2}?)@(?=[\w[])`
const isUrlPassword = (value: string): boolean => !isPlaceholder(value) && !/^pass(?:word)?$/i.test(value)

export const contextRules: readonly Rule[] = [
  rule(
    'aws secret key',
    ['aws', 'secretaccesskey', 'akia', 'asia'],
    String.raw`(?:aws.{0,20}(?:secret|key)|secret_?access_?key|\b(?:AKIA|ASIA)[A-Z2-7]{16})[^A-Za-z0-9+/\r\n]{1,8}(?<secret>[A-Za-z0-9+/]{40})(?![A-Za-z0-9+/=])`,
    (value) => looksRandom(value, 40, 3.5),
  ),
  rule(
    'aws session token',
    ['session_token', 'sessiontoken', 'security_token', 'security-token'],
    String.raw`(?:session|security)[-_]?token${assigned}\\{0,3}["'\`]?(?<secret>[A-Za-z0-9+/=]{80,4000})`,
    (value) => looksRandom(value, 80, 4),
  ),
  rule(
    'azure key',
    ['accountkey', 'sharedaccesskey', 'sharedaccesssignature'],
    String.raw`(?:AccountKey|SharedAccessKey)\s{0,2}=\s{0,2}(?<secret>[A-Za-z0-9+/]{40,90}={0,2})`,
    (value) => looksRandom(value, 40, 3.5),
  ),
  rule(
    'signed url',
    ['sig=', 'signature='],
    String.raw`[?&;](?:sig|signature|x-amz-signature|x-goog-signature)=(?<secret>[A-Za-z0-9%+/=_-]{20,1000})`,
    (value) => looksRandom(value, 20, 3),
  ),
  rule('database password', ['://'], String.raw`\b${databaseScheme}${userInfo}`, isUrlPassword),
  rule('url password', ['://'], String.raw`\b[a-z][a-z0-9+.-]{1,20}${userInfo}`, isUrlPassword),
  rule('url token', ['://'], String.raw`\bhttps?:\/\/(?<secret>[\w~.-]{20,300})@(?=[\w[])`, (value) =>
    looksRandom(value, 20, 3.2),
  ),
  rule(
    'bearer token',
    ['bearer'],
    String.raw`\bbearer[\s:]{1,3}\\{0,3}["'\`]?(?<secret>[\w.~+/-]{12,4000}={0,2})`,
    (value) => looksRandom(value, 12, 2.9),
  ),
  rule(
    'basic auth',
    ['basic'],
    String.raw`\bauthorization\\{0,3}["'\`\]]{0,2}\s{0,2}[:=,]\s{0,2}\\{0,3}["'\`]?basic\s{1,2}(?<secret>[A-Za-z0-9+/=_-]{6,2000})`,
    (value) => !isPlaceholder(value),
  ),
  rule(
    'auth header',
    ['authorization', 'x-api-key', 'x-auth', 'private-token', 'x-vault-token'],
    String.raw`\b(?:proxy-)?(?:authorization|x-api-key|x-auth-(?:token|key)|private-token|x-vault-token)\\{0,3}["'\`\]]{0,2}\s{0,2}[:=,]\s{0,2}\\{0,3}["'\`]?(?:(?:token|apikey|key|digest)\s{1,2})?(?<secret>[\w.~+/-]{12,4000}={0,2})`,
    (value) => looksRandom(value, 12, 2.9),
  ),
  rule(
    'session cookie',
    ['sess', 'sid', 'auth'],
    String.raw`\b(?:__Secure-|__Host-)?[\w.-]{0,20}(?:session(?:[-_]?id|[-_]token)?|sessid|connect\.sid|\bsid|auth[-_]?token)=(?<secret>[\w.%~+/:-]{20,4000})`,
    (value) => looksRandom(value, 20, 3.2),
  ),
  rule(
    'npm token',
    ['_auth'],
    String.raw`:_(?:authToken|auth|password)\s{0,2}=\s{0,2}"?(?<secret>[\w.~+/-]{8,1000}={0,2})`,
    (value) => !isPlaceholder(value),
  ),
  rule(
    'heroku key',
    ['heroku'],
    String.raw`heroku[^\r\n]{0,40}?[\s=:"'](?<secret>[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12})`,
    () => true,
  ),
  rule(
    'password',
    ['-p', '-u', '--user', '-a'],
    String.raw`\b(?:mysql(?:dump|admin)?|mariadb(?:-dump)?|sshpass)\b[^\r\n|;]{0,160}?\s-p\s?(?:(?<quote>["'])(?<secret>(?:(?!\k<quote>)[^\r\n]){3,100})\k<quote>|(?<bare>[^\s"'|;-][^\s"'|;]{3,100}))`,
    (value) => !isPlaceholder(value),
  ),
  rule(
    'password',
    ['-u', '--user'],
    String.raw`\b(?:curl|wget|http|xh)\b[^\r\n|;]{0,300}?\s(?:-u|--user|--proxy-user|-a)[ =]?["']?[^\s:"']{1,80}:(?<secret>[^\s"']{3,200})`,
    isUrlPassword,
  ),
  rule(
    'password',
    ['-a'],
    String.raw`\bredis-cli\b[^\r\n|;]{0,160}?\s-a\s{1,2}["']?(?<secret>[^\s"'|;]{4,200})`,
    (value) => !isPlaceholder(value),
  ),
  rule(
    'password',
    ['--pass', '--pwd'],
    String.raw`(?<![\w-])--?(?:[a-z-]{0,20})(?:password|passwd|passphrase|pass|pwd)(?:=|\s{1,3})["'](?<secret>[^"'\r\n]{3,200})["']`,
    (value) => !isPlaceholder(value),
  ),
  rule(
    'password',
    ['--pass', '--pwd', '--storepass', '--keypass', '-pass'],
    String.raw`(?<![\w-])--?(?:[a-z-]{0,20})(?:password|passwd|passphrase|pass|pwd)(?:=|\s{1,3})${bare('4,200')}`,
    (value) => !value.startsWith('-') && looksTyped(value),
  ),
  rule(
    'secret',
    ['--'],
    String.raw`(?<![\w-])--(?:[a-z-]{0,20})(?:token|secret|api-?key|access-?key|auth-?key|client-?secret|private-?key|credential)(?:-[a-z]{1,12})?(?:=|\s{1,3})["']?(?<secret>[^\s"'|;&<>()]{8,2000})`,
    isRandomFor,
  ),
  rule(
    'password',
    passwordNear,
    String.raw`(?:^|\n|\s|;)(?:export\s|set\s|ENV\s|ARG\s|-e\s)?[A-Z0-9_]{0,60}(?:PASSWORD|PASSWD|PASSPHRASE|_PASS|PWD)(?:_[A-Z0-9]{1,20})?=${bare('4,200')}`,
    isEnvPassword,
  ),
  rule(
    'password',
    passwordNear,
    `${passwordName}${nameEnd}${assigned}${inQuotes('4,200')}`,
    isQuotedPassword,
  ),
  rule('password', passwordNear, `${passwordName}${nameEnd}${assigned}${bare('4,200')}`, looksTyped),
  rule(
    'password',
    passwordNear,
    String.raw`(?:;|^|")\s{0,2}(?:password|pwd)\s{0,2}=\s{0,2}(?<secret>[^;"'\s]{3,200})(?=[;"'])`,
    isEnvPassword,
  ),
  rule(
    'password',
    ['<pass', '<pwd', ':pass'],
    String.raw`<(?:\w{1,20}:)?(?:\w{0,20})(?:password|passwd|passphrase|pwd)(?:\s[^<>]{0,100})?>(?<secret>[^<>\s]{4,200})<`,
    isEnvPassword,
  ),
  rule(
    'password',
    passwordNear,
    String.raw`\b(?:password|passphrase|passwd|passcode|pwd)\s{1,2}(?:[\w@.-]{1,30}\s{1,2}){0,4}?(?:is|was|to|are|=|:)\s{1,2}["'\`“‘]?(?<secret>[^\s"'\`“”‘’<>,;()]{5,100})`,
    (value) => looksTyped(value.replace(/[.!?]+$/, '')),
  ),
  rule(
    'password',
    ['identified by', 'with password', 'requirepass', 'machine '],
    String.raw`(?:\bidentified by|\bwith (?:encrypted )?password|\brequirepass|\blogin \S{1,80}\s{1,4}password)\s{1,3}["']?(?<secret>[^\s"';]{3,200})`,
    isEnvPassword,
  ),
  rule(
    'secret',
    secretNear,
    `${secretName}${nameEnd}${assigned}${inQuotes('12,4000')}`,
    isRandomWithoutSpaces,
  ),
  rule('secret', secretNear, `${secretName}${nameEnd}${assigned}${bare('12,4000')}`, isRandomFor),
  rule(
    'secret',
    secretNear,
    String.raw`${secretName}(?:["'\`]\s{0,2},\s{0,2}["'\`]|\s{1,2}(?:is|was|=)\s{1,2}["'\`“‘(]?|\s{1,2}["'\`“‘(])(?<secret>[^\s"'\`“”‘’<>,;()]{16,2000})`,
    isRandomFor,
  ),
  rule(
    'secret',
    secretNear,
    String.raw`${secretName}\s{1,2}(?<secret>[A-Za-z0-9_+/=.~-]{24,2000})`,
    (value, before) =>
      !isUuid(value) &&
      !/^[0-9a-f]{40}$|^[0-9a-f]{64}$/i.test(value) &&
      isRandomFor(value, before) &&
      looksRandom(value, 24, 3.5),
  ),
]
