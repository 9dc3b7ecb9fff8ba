// Secrets that only their surroundings give away: what is assigned to a name such as DB_PASSWORD, sent in a header,
// written into an address. Each rule begins at a telling word; what stands behind it must then look like a secret and
// not like a variable, a type, a word or a filler, because names such as `token` are everywhere in code.
import { isPlaceholder, type Rule } from './rule.ts'
import {
  assigned,
  bare,
  bareChars,
  beside,
  declared,
  handedOver,
  inQuotes,
  isNoPlaceholder,
  isQuotedPassword,
  isRandom,
  isRandomFor,
  isTyped,
  nameEnd,
  passwordName,
  passwordNeedles,
  quote,
  rule,
  runRule,
  secretName,
  secretNeedles,
  tagged,
  tokenChars,
} from './rule-parts.ts'

const database =
  /(?:postgres(?:ql)?|mysql2?|mariadb|mongodb|rediss?|amqps?|mssql|sqlserver|clickhouse|cockroachdb|oracle|neo4j|jdbc:[a-z]{2,12})(?:\+[a-z0-9]{2,12})?:\/\//i
const userInfo = String.raw`:\/\/[^\s:/@"'\`<>]{0,100}:(?<secret>[^\s/@"'\`<>]{1,200}(?:[/@][^\s/@"'\`<>]{1,60}){0,2}?)@(?=[\w[])`
export const isUrlPassword: NonNullable<Rule['isSecret']> = (value) =>
  !isPlaceholder(value) && !/^pass(?:word)?$/i.test(value)

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
  runRule(
    'aws session token',
    ['session_token', 'sessiontoken', 'security_token', 'security-token'],
    `se(?:ssion|curity)[-_]?token${assigned}(?:${quote})?`,
    { chars: '[A-Za-z0-9+/=]', least: 80, most: 4_000 },
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
  runRule(
    'password',
    passwordNeedles,
    '(?:PASS(?:WORD|WD|PHRASE|WORT)|_PASS|PWD)(?:_[A-Z0-9]{1,20}){0,2}=',
    { chars: bareChars, least: 4, most: 200, flags: 'dy' },
    isNoPlaceholder,
  ),
  rule(
    'password',
    passwordNeedles,
    `${passwordName}${nameEnd}(?:${assigned}|${beside}|${declared}|${handedOver})${inQuotes('4,200')}`,
    isQuotedPassword,
  ),
  runRule(
    'password',
    passwordNeedles,
    `${passwordName}${nameEnd}(?:${assigned}|${beside})`,
    { chars: bareChars, least: 4, most: 200 },
    isTyped,
  ),
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
    'secret',
    ['key=', 'token=', 'secret=', 'password='],
    String.raw`(?<=[?&](?:[a-z]{1,12}_)?)(?:(?:api)?key|token|secret|password)=(?<secret>[\w.~%+/-]{12,2000})`,
    isRandom(12, 2.9),
  ),
  rule(
    'secret',
    secretNeedles,
    `${secretName}${nameEnd}(?:${assigned}|${beside}|${declared}|${handedOver})${inQuotes('12,4000')}`,
    isRandomFor,
  ),
  // Not what is called: `signature = readUInt32LE(0)`.
  runRule(
    'secret',
    secretNeedles,
    `${secretName}${nameEnd}(?:${assigned}|${beside})`,
    { chars: bareChars, least: 12, most: 4_000, end: String.raw`(?=[^\w(.-]|$)` },
    isRandomFor,
  ),
  rule('secret', secretNeedles, `${secretName}${tagged}${bare('12,4000')}<`, isRandomFor),
]
