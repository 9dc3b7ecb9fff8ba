// Secrets that only their surroundings give away: what is assigned to a name such as DB_PASSWORD, passed to a flag, sent
// in a header, written into an address. Each rule begins at a telling word; what stands behind it must then look like a
// secret and not like a variable, a type, a word or a filler, because names such as `token` are everywhere in code.
import { isPlaceholder, isUuid, looksRandom, looksTyped, type Rule } from './rule.ts'

type IsSecret = NonNullable<Rule['isSecret']>

function rule(kind: string, needles: readonly string[], source: string, isSecret: IsSecret): Rule {
  return { kind, needles, pattern: new RegExp(source, 'diy'), isSecret }
}

const quote = String.raw`\\{0,3}["'\`]`
/** From the end of a name to its value: `NAME=`, `name: "`, `"name":"` (escaped too), `['name'] = '`, `name: string = "`. */
const assigned = String.raw`(?:${quote}|\]){0,2}(?:\s{0,2}:\s{0,2}str(?:ing)?)?\s{0,8}(?:=>|:=|\?=|={1,3}|:)\s{0,3}`
/** The second argument of a call, or its only one: `("NAME", "value")`, `setName("value")`; or just behind it. */
const handedOver = String.raw`(?:${quote}\s{0,2},\s{0,2}|${quote}\s{1,3}value=|\(|[ \t])`
/** As XML has it. */
const tagged = String.raw`(?:\s[^<>]{0,60})?>`
/** In quotes up to the same quote; bare up to what ends a word in code, logs and prose. */
const inQuotes = (chars: string): string =>
  String.raw`[rbuf]{0,2}(?<quote>${quote})(?<secret>(?:(?!\k<quote>)[^\r\n]){${chars}})\k<quote>`
const bare = (chars: string): string => String.raw`(?<secret>[^\s"'\`,;<>(){}[\]|&\\]{${chars}})`
const tokenChars = (chars: string): string => String.raw`(?<secret>[\w.~+/%-]{${chars}}={0,2})`

/** PASSWORD_PROD, secret_key_base, token2. Names of lengths, urls and kinds of secrets are no names of secrets. */
const aboutIt =
  'url|uri|name|type|path|file|dir|len|size|count|limit|max|min|ttl|exp|age|ids?\\b|regex|pattern|policy|rule|hint|label|field|input|prompt|algorithm|endpoint|header|prefix|suffix|scheme|mode|version|format|provider|manager|store|service|env|var|ref|arn|alias|usage|budget'
const nameEnd = `(?![-_.]?(?:${aboutIt}))(?:[-_][a-z0-9]{1,16}){0,3}[0-9]{0,3}`

const passwordNeedles = ['passw', 'passphrase', 'passcode', '_pass', 'pwd', 'contrase', 'kennwort']
const passwordName = String.raw`(?:pass(?:word|wd|wort|phrase|code)s?|_pass|(?<![a-z])pwd|contrase\S{1,2}a|kennwort)`
const secretNeedles = ['secret', 'key', 'credential', 'token', 'auth', 'bearer', 'signature']
const secretName = '(?:secrets?|keys?|credentials?|(?:auth)?token|auth|bearer|signature)'

/** A key is secret when its name says which: `api_key`, `private-key`. */
const secretKey =
  /(?:api|app|access|auth|private|signing|encryption|secret|master|account|shared|license|functions|service|security|webhook|deploy|hmac|aes|root|admin|storage|client)[-_. ]?key/i
/** Names in which `token` is a piece of text, a place in a list or a defence of a form. */
const harmlessToken =
  /(?:page|cursor|continu\w*|csrf|xsrf|cancell?ation|idempotency|sync|pagination|next|max|min|num|total|prompt|completion|input|output|cached?|eos|bos|pad|unk|mask|stop|start|end|special|public|publishable)[-_ ]?(?:access)?[-_ ]?(?:token|key)/i
const harmlessValue = /^(?:https?|file|data|urn|arn):|^\/|^\.{1,2}\/|^sha(?:1|256|384|512)[-:]/

const isRandomFor: IsSecret = (value, before) => {
  if (/\s/.test(value) || harmlessValue.test(value) || harmlessToken.test(before)) return false
  if (/key/i.test(before) && !secretKey.test(before)) return false
  if (isUuid(value)) return secretKey.test(before) || /secret|access|refresh|auth_?token/i.test(before)
  return looksRandom(value, 12, 2.9) || /^0x[0-9a-f]{40,}$/i.test(value)
}

const isSaidInPassing: IsSecret = (value, before) =>
  !isUuid(value) && looksRandom(value, 24, 3.5) && isRandomFor(value, before)

const isRandom =
  (charsMin: number, bitsMin: number): IsSecret =>
  (value) =>
    looksRandom(value, charsMin, bitsMin)

/** In quotes nearly anything can be a password; a sentence, a word or a variable is none. */
const isQuotedPassword: IsSecret = (value) =>
  !isPlaceholder(value) && !/\s\S+\s/.test(value) && !/^[a-z]+(?:[-_./ ][a-z]+)*[.:?!…]?$/i.test(value)

/** Where nothing but a value can stand, anything that is not a variable or a filler is one. */
const isNoPlaceholder: IsSecret = (value) => !isPlaceholder(value)
const isTyped: IsSecret = (value) => looksTyped(value.replace(/[.!?:]{1,3}$/, ''))
const isTypedFlag: IsSecret = (value) => !value.startsWith('-') && looksTyped(value)

const database =
  /(?:postgres(?:ql)?|mysql2?|mariadb|mongodb|rediss?|amqps?|mssql|sqlserver|clickhouse|cockroachdb|oracle|neo4j|jdbc:[a-z]{2,12})(?:\+[a-z0-9]{2,12})?:\/\//i
const userInfo = String.raw`:\/\/[^\s:/@"'\`<>]{0,100}:(?<secret>[^\s/@"'\`<>]{1,200}(?:[/@#][^\s/@"'\`<>]{1,60}){0,2}?)@(?=[\w[])`
const isUrlPassword: IsSecret = (value) => !isPlaceholder(value) && !/^pass(?:word)?$/i.test(value)

/** A flag that ends here: `--password`, `--db-password`, `-pass`. */
const flag = String.raw`(?<=(?:^|[^\w-])--?(?:[a-z]{1,12}-){0,3})`
const authHeaders = ['x-api-key', 'x-auth-token', 'x-auth-key', 'private-token', 'x-vault-token', 'job-token']

export const contextRules: readonly Rule[] = [
  rule(
    'aws secret key',
    ['aws_secret', 'aws secret', 'awssecret', 'secretaccesskey', 'secret_access_key'],
    String.raw`(?:aws[_ ]?)?secret(?:[_ ]?access)?(?:[_ ]?key)?[^A-Za-z0-9+/\r\n]{1,8}(?:is[^A-Za-z0-9+/\r\n]{1,3})?(?<secret>[A-Za-z0-9+/]{40})(?![A-Za-z0-9+/=])`,
    isRandom(40, 3.5),
  ),
  rule(
    'aws secret key',
    ['akia', 'asia'],
    String.raw`a[ks]ia[A-Z2-7]{16}[^A-Za-z0-9+/\r\n]{1,8}(?<secret>[A-Za-z0-9+/]{40})(?![A-Za-z0-9+/=])`,
    isRandom(40, 3.5),
  ),
  rule(
    'aws session token',
    ['session_token', 'sessiontoken', 'security_token', 'security-token'],
    `se(?:ssion|curity)[-_]?token${assigned}(?:${quote})?(?<secret>[A-Za-z0-9+/=]{80,4000})`,
    isRandom(80, 4),
  ),
  rule(
    'azure key',
    ['accountkey', 'sharedaccesskey'],
    String.raw`(?:account|sharedaccess)key\s{0,2}=\s{0,2}(?<secret>[A-Za-z0-9+/]{40,90}={0,2})`,
    isRandom(40, 3.5),
  ),
  rule(
    'signed url',
    ['sig=', 'signature='],
    `(?<=[?&;](?:x-amz-|x-goog-)?)sig(?:nature)?=${tokenChars('20,1000')}`,
    isRandom(20, 3),
  ),
  rule(
    'database password',
    ['://'],
    userInfo,
    (value, before) => database.test(before) && isUrlPassword(value, before),
  ),
  rule('url password', ['://'], userInfo, isUrlPassword),
  rule(
    'url token',
    ['https://', 'http://'],
    String.raw`https?:\/\/(?<secret>[\w~.-]{20,300})@(?=[\w[])`,
    isRandom(20, 3.2),
  ),
  rule(
    'bearer token',
    ['bearer'],
    String.raw`\bbearer[\s:]{1,3}(?:${quote})?${tokenChars('12,4000')}`,
    isRandom(12, 2.9),
  ),
  rule(
    'basic auth',
    ['authorization'],
    String.raw`authorization(?:${quote}|\]){0,2}\s{0,2}[:=,]\s{0,2}(?:${quote})?basic\s{1,2}(?<secret>[A-Za-z0-9+/=_-]{6,2000})`,
    isNoPlaceholder,
  ),
  rule(
    'auth header',
    ['authorization', ...authHeaders],
    String.raw`(?:authorization|${authHeaders.join('|')})(?:${quote}|\]){0,2}\s{0,2}[:=,]\s{0,2}(?:${quote})?(?:(?:token|apikey|key|digest)\s{1,2})?${tokenChars('12,4000')}`,
    isRandom(12, 2.9),
  ),
  rule(
    'session cookie',
    ['session', 'sessid', 'connect.sid', 'sid='],
    String.raw`(?:session(?:[-_]?id|[-_]token)?|sessid|connect\.sid|(?<![a-z0-9])sid)=(?<secret>[\w.%~+/:-]{20,4000})`,
    isRandom(20, 3.2),
  ),
  rule(
    'npm token',
    [':_auth', ':_password'],
    String.raw`:_(?:authToken|auth|password)\s{0,2}=\s{0,2}"?${tokenChars('8,1000')}`,
    isNoPlaceholder,
  ),
  rule(
    'heroku key',
    ['heroku'],
    String.raw`heroku[^\r\n]{0,40}?[\s=:"'](?<secret>[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12})`,
    () => true,
  ),
  rule(
    'password',
    ['mysql', 'mariadb', 'sshpass'],
    String.raw`(?:mysql(?:dump|admin)?|mariadb(?:-dump)?|sshpass)\b[^\r\n|;]{0,160}?\s-p\s?(?:["'](?<secret>[^"'\r\n]{3,100})["']|(?<bare>[^\s"'|;\`-][^\s"'|;\`]{3,100}))`,
    isNoPlaceholder,
  ),
  rule(
    'password',
    ['curl', 'wget'],
    String.raw`(?:curl|wget)\b[^\r\n|;]{0,300}?\s(?:-u|--user|--proxy-user)[ =]?["']?[^\s:"']{1,80}:(?<secret>[^\s"']{3,200})`,
    isUrlPassword,
  ),
  rule(
    'password',
    ['redis-cli'],
    String.raw`redis-cli\b[^\r\n|;]{0,160}?\s-a\s{1,2}["']?(?<secret>[^\s"'|;]{4,200})`,
    isNoPlaceholder,
  ),
  rule(
    'password',
    passwordNeedles,
    String.raw`${flag}pass(?:word|wd|phrase)?(?:=|\s{1,3})(?:["'](?<secret>[^"'\r\n]{3,200})["'])`,
    isNoPlaceholder,
  ),
  rule(
    'password',
    [...passwordNeedles, '-pass'],
    String.raw`(?:-pass|${flag}(?:pass(?:word|wd|phrase)?|pwd))(?:=|\s{1,3})${bare('4,200')}`,
    isTypedFlag,
  ),
  rule(
    'secret',
    secretNeedles,
    String.raw`${flag}${secretName}(?:-[a-z]{1,12})?(?:=|\s{1,3})["']?(?<secret>[^\s"'|;&<>()]{8,2000})`,
    isRandomFor,
  ),
  {
    kind: 'password',
    needles: passwordNeedles,
    pattern: new RegExp(
      `(?:PASS(?:WORD|WD|PHRASE|WORT)|_PASS|PWD)(?:_[A-Z0-9]{1,20}){0,2}=${bare('4,200')}`,
      'dy',
    ),
    isSecret: isNoPlaceholder,
  },
  rule(
    'password',
    passwordNeedles,
    `${passwordName}${nameEnd}(?:${assigned}|${handedOver})${inQuotes('4,200')}`,
    isQuotedPassword,
  ),
  rule('password', passwordNeedles, `${passwordName}${nameEnd}${assigned}${bare('4,200')}`, isTyped),
  rule(
    'password',
    ['password=', 'pwd='],
    String.raw`(?<=[;"'])(?:password|pwd)=(?<secret>[^;"'\s]{3,200})(?=[;"'])`,
    isNoPlaceholder,
  ),
  rule(
    'password',
    passwordNeedles,
    String.raw`${passwordName}${tagged}(?<secret>[^<>\s]{4,200})<\/`,
    isNoPlaceholder,
  ),
  rule(
    'password',
    ['password', 'passwort', 'passphrase', 'passwd', 'passcode', 'pwd', 'kennwort'],
    String.raw`\b(?:password|passwort|passphrase|passwd|passcode|pwd|kennwort)[ \t]{1,2}(?:[\w@.-]{1,30}[ \t]{1,2}){0,4}?(?:is|was|to|are|ist|lautet|est|es|=|:)[ \t]{1,2}["'\`“‘]?(?<secret>[^\s"'\`“”‘’<>,;()]{5,100})`,
    isTyped,
  ),
  rule(
    'password',
    ['pw:', 'pw ', 'pw=', 'pass ', 'pass:', 'pass='],
    String.raw`(?<![a-z0-9])p(?:w|ass)[ \t]?[:=]?[ \t]?["'\`]?(?<secret>[^\s"'\`<>,;()]{6,100})`,
    isTyped,
  ),
  rule(
    'password',
    ['credentials', 'creds', 'login'],
    String.raw`(?<![a-z0-9])(?:cred(?:ential)?s|login)[ \t]?(?:are|is|:|=)[ \t]?[\w.@-]{1,60}[ \t]?[/:|,][ \t]?(?<secret>[^\s"'\`<>,;()]{6,100})`,
    isTyped,
  ),
  rule(
    'password',
    ['auth=(', 'auth = ('],
    String.raw`auth\s?=\s?\(${quote}[^"'\r\n]{1,80}${quote},\s?[rbuf]?${quote}(?<secret>[^"'\r\n]{3,200})${quote}`,
    isNoPlaceholder,
  ),
  rule(
    'password',
    ['convertto-securestring'],
    String.raw`convertto-securestring\s{1,3}(?:-string\s{1,3})?["'](?<secret>[^"'\r\n]{3,200})["']`,
    isNoPlaceholder,
  ),
  rule(
    'secret',
    ['key=', 'token=', 'secret=', 'password='],
    String.raw`(?<=[?&](?:[a-z]{1,12}_)?)(?:(?:api)?key|token|secret|password)=(?<secret>[\w.~%+/-]{12,2000})`,
    isRandom(12, 2.9),
  ),
  rule(
    'password',
    ['identified by', 'with password', 'requirepass', ' password '],
    String.raw`(?:(?:identified by|with password)\s{1,3}["'](?<secret>[^"'\r\n]{3,200})["']|(?:requirepass|(?<=\blogin \S{1,80}) password)\s{1,3}(?<bare>[^\s"';]{3,200}))`,
    isNoPlaceholder,
  ),
  rule(
    'secret',
    secretNeedles,
    `${secretName}${nameEnd}(?:${assigned}|${handedOver})${inQuotes('12,4000')}`,
    isRandomFor,
  ),
  // Not what is called: `signature = readUInt32LE(0)`.
  rule(
    'secret',
    secretNeedles,
    String.raw`${secretName}${nameEnd}${assigned}${bare('12,4000')}(?=[^\w(.-]|$)`,
    isRandomFor,
  ),
  rule('secret', secretNeedles, `${secretName}${tagged}${bare('12,4000')}<`, isRandomFor),
  rule(
    'secret',
    secretNeedles,
    String.raw`${secretName}(?:\s{1,2}(?:is|was|to|=)\s{1,2}["'\`“‘(]?|\s{1,2}["'\`“‘(])(?<secret>[^\s"'\`“”‘’<>,;()]{16,2000})`,
    isRandomFor,
  ),
  rule(
    'secret',
    secretNeedles,
    String.raw`${secretName}\s{1,2}(?<secret>[A-Za-z0-9_+/=.~-]{24,2000})`,
    isSaidInPassing,
  ),
]
