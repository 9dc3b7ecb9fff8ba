// What the rules for surroundings are put together from: names that tell of a secret, what may stand between a name and
// its value, how a value is written, and when it is one and not a variable, a type, a word or a filler.
import { isPlaceholder, isUuid, looksRandom, looksTyped, type Rule } from './rule.ts'

type IsSecret = NonNullable<Rule['isSecret']>

export function rule(kind: string, needles: readonly string[], source: string, isSecret: IsSecret): Rule {
  return { kind, needles, pattern: new RegExp(source, 'diy'), isSecret }
}

/** How much of a long value is looked at where such values lie within each other. */
const narrowCharsMax = 32

/** A value that goes on for as long as `chars` (a set of them) do, up to a limit, and in front of what it must end. */
interface RunOfChars {
  readonly chars: string
  readonly least: number
  readonly most: number
  readonly end?: string
  readonly flags?: string
}

/** A rule for a value without blanks or quotes: names within it may each begin such a value of their own. */
export function runRule(
  kind: string,
  needles: readonly string[],
  before: string,
  { chars, least, most, end = '', flags = 'diy' }: RunOfChars,
  isSecret: IsSecret,
): Rule {
  const narrowMost = Math.min(most, Math.max(least, narrowCharsMax))
  return {
    kind,
    needles,
    pattern: new RegExp(`${before}(?<secret>${chars}{${least},${most}})${end}`, flags),
    narrow: new RegExp(`${before}(${chars}{${least},${narrowMost}})`, flags.replace('d', '')),
    isSecret,
  }
}

export const quote = String.raw`\\{0,3}["'\`]`
/** From the end of a name to its value: `NAME=`, `name: "`, `"name":"` (escaped too), `['name'] = '`, `name: string = "`. */
export const assigned = String.raw`(?:${quote}|\]|\*){0,2}(?:\s{0,2}:\s{0,2}(?:&(?:'static\s)?)?str(?:ing)?)?(?:[ \t]{0,40}|\s{0,8})(?:=>|:=|\?=|={1,3}|:)\*{0,2}\s{0,3}`
/** A cell of a table later, and the `value:` under a `name:` of a manifest. */
export const beside = String.raw`(?:\*{0,2}[ \t]{0,20}\|[ \t]{0,3}|${quote}?\s{0,2}[\r\n]{1,2}[ \t]{0,20}value:[ \t]{1,3})`
/** The second argument of a call, or its only one: `("NAME", "value")`, `setName("value")`; or just behind it. */
export const handedOver = String.raw`(?:${quote}\s{0,2},\s{0,2}|${quote}\s{1,3}value=|\(|[ \t])`
/** As XML has it. */
export const tagged = String.raw`(?:\s[^<>]{0,60})?>`
/** The default of a variable in Terraform. */
export const declared = String.raw`"\s{0,2}\{[^{}]{0,300}?\bdefault[ \t]{0,20}=[ \t]{0,3}`
/** In quotes up to the same quote; bare up to what ends a word in code, logs and prose. */
export const inQuotes = (chars: string): string =>
  String.raw`[rbuf]{0,2}(?<quote>${quote})(?<secret>(?:(?!\k<quote>)[^\r\n]){${chars}})\k<quote>`
export const bareChars = String.raw`[^\s"'\`,;<>(){}[\]|&\\]`
export const bare = (chars: string): string => `(?<secret>${bareChars}{${chars}})`
export const tokenChars = (chars: string): string => String.raw`(?<secret>[\w.~+/%-]{${chars}}={0,2})`

/** PASSWORD_PROD, secret_key_base, token2. Names of lengths, urls and kinds of secrets are no names of secrets. */
const aboutIt =
  'url|uri|name|type|path|file|dir|len|size|count|limit|max|min|ttl|exp|age|ids?\\b|regex|pattern|policy|rule|hint|label|field|input|prompt|algorithm|endpoint|header|prefix|suffix|scheme|mode|version|format|provider|manager|store|service|env|var|ref|arn|alias|usage|budget'
export const nameEnd = `(?![-_.]?(?:${aboutIt}))(?:[-_][a-z0-9]{1,16}){0,3}[0-9]{0,3}`

export const passwordNeedles = [
  'passw',
  'passphrase',
  'passcode',
  '_pass',
  'pwd',
  'pw',
  'contrase',
  'kennwort',
]
export const passwordName = String.raw`(?:pass(?:word|wd|wort|phrase|code)s?|_pass|(?<![a-z])pwd|(?<=[a-z_])pw\b|contrase\S{1,2}a|kennwort)`
export const secretNeedles = ['secret', 'key', 'credential', 'token', 'auth', 'bearer', 'signature']
export const secretName = '(?:secrets?|keys?|credentials?|(?:auth)?token|auth|bearer|signature)'

/** A key is secret when its name says which: `api_key`, `private-key`. */
const secretKey =
  /(?:api|app|access|auth|private|signing|encryption|secret|master|account|shared|license|functions|service|security|webhook|deploy|hmac|aes|root|admin|storage|client)[-_. ]?key/i
/** Keys to data, and keys that anybody may have. */
const harmlessKey =
  /(?:cache|public|publishable|host|partition|sort|primary|foreign|object|s3|row|index|composite|ssh|turbo|query|map|dedup\w*|message|routing|group)[-_. ]?key|\bkid\b/i
/** Names in which `token` is a piece of text, a place in a list or a defence of a form. */
const harmlessToken =
  /(?:(?<!home)page|cursor|continu\w*|csrf|xsrf|cancell?ation|idempotency|(?<!a)sync|pagination|next|max|(?<!ad)min|num|total|prompt|completion|input|output|cached?|eos|bos|(?<!launch)pad|unk|mask|stop|start|(?<!back|front|s)end|special|public|publishable)[-_ ]?(?:access)?[-_ ]?(?:token|key)/i
const harmlessValue = /^(?:https?|file|data|urn|arn):|^\/|^\.{1,2}\/|^sha(?:1|256|384|512)[-:=]|^AAAA[BC]3/
/** `arn:aws:secretsmanager:eu-west-1:123456789012:secret:` names a secret. */
const resourceName = /:[0-9]{12}:secret:$/i
/** `CODECOV_TOKEN`, `npm token`: of the tokens, those that say whose they are. */
const namedToken =
  /[a-z0-9][-_]token|[A-Z0-9]_TOKEN|[a-z0-9]Token|\b(?!The|This|That|Each|Every)[A-Z][a-z]{2,} token/

export const isRandomFor: IsSecret = (value, before) => {
  // Without a digit it is none of what is asked for below, but for an id that happens to have none.
  if (!/[0-9]/.test(value) && !isUuid(value)) return false
  if (/\s/.test(value) || harmlessValue.test(value) || harmlessToken.test(before)) return false
  if (resourceName.test(before)) return false
  if (/key/i.test(before) && !secretKey.test(before)) return isKeyByItself(value, before)
  if (isUuid(value)) {
    return (
      secretKey.test(before) || /secret|access|refresh|auth_?token/i.test(before) || namedToken.test(before)
    )
  }
  return looksRandom(value, 12, 2.9) || /^0x[0-9a-f]{40,}$/i.test(value)
}

/** The key of what, nobody knows; but it is as random as only a key is. */
function isKeyByItself(value: string, before: string): boolean {
  if (harmlessKey.test(before) || !/^[\w+/=-]+$/.test(value)) return false
  return /[a-z]/.test(value) && /[A-Z]/.test(value) && looksRandom(value, 24, 4.2)
}

export const isSaidInPassing: IsSecret = (value, before) =>
  !isUuid(value) && looksRandom(value, 24, 3.5) && isRandomFor(value, before)

export const isRandom =
  (charsMin: number, bitsMin: number): IsSecret =>
  (value) =>
    looksRandom(value, charsMin, bitsMin)

/** `argon2id`, `sha256`: how a password is kept. */
const algorithm = /^(?:sha|md|aes|argon|bcrypt|scrypt|pbkdf|rsa|ed|hmac)[-_]?[0-9][\w-]{0,12}$/i

/** In quotes nearly anything can be a password; a sentence, a word or a variable is none. */
export const isQuotedPassword: IsSecret = (value) =>
  !isPlaceholder(value) &&
  !/\s\S+\s/.test(value) &&
  !/^[a-z]+(?:[-_./ ][a-z]+)*[.:?!…]?$/i.test(value) &&
  !algorithm.test(value)

/** Where nothing but a value can stand, anything that is not a variable or a filler is one. */
export const isNoPlaceholder: IsSecret = (value) => !isPlaceholder(value)
const withoutStop = (value: string): string => value.replace(/[.!?:]{1,3}$/, '')
export const isTyped: IsSecret = (value) => looksTyped(withoutStop(value))
export const isTypedFlag: IsSecret = (value) => !value.startsWith('-') && looksTyped(value)

/** Where words stand as often as passwords: only what has letters and digits, in ASCII, and enough of them. */
export const isStrong: IsSecret = (value) => {
  const given = withoutStop(value)
  if (given.length < 8 || !/^[!-~]+$/.test(given) || !/[0-9]{2}|[0-9].*[0-9]/.test(given)) return false
  return /[a-z]/i.test(given) && looksTyped(given) && !/^[0-9]|:\/\/|^\/|\(/.test(given)
}
