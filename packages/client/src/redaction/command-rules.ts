// Passwords and keys that are handed to a command or a call: by a flag that says so, or at a place where that command or
// call is known to take them.
import { isUrlPassword } from './context-rules.ts'
import type { Rule } from './rule.ts'
import {
  bare,
  inQuotes,
  isNoPlaceholder,
  isQuotedPassword,
  isRandomFor,
  isTypedFlag,
  passwordName,
  passwordNeedles,
  quote,
  rule,
  secretName,
  secretNeedles,
} from './rule-parts.ts'

/** A flag that ends here: `--password`, `--db-password`, `-pass`. */
const flag = String.raw`(?<=(?:^|[^\w-])--?(?:[a-z]{1,12}-){0,3})`
/** What a flag is given: in quotes, or up to the next blank. */
const given = String.raw`(?:["'](?<secret>[^"'\r\n]{3,200})["']|(?<bare>[^\s"'|;&<>\`-][^\s"'|;&<>\`]{3,200}))`
/** Between a command and its flag, on the same line. */
const on = String.raw`\b[^\r\n|;]{0,160}?\s`

export const commandRules: readonly Rule[] = [
  rule(
    'password',
    ['mysql', 'mariadb'],
    String.raw`(?:mysql(?:dump|admin)?|mariadb(?:-dump)?)\b[^\r\n|;]{0,160}?\s-p(?:["'](?<secret>[^"'\r\n]{3,100})["']|(?<bare>[^\s"'|;\`-][^\s"'|;\`]{3,100}))`,
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
    'password',
    ['identified by', 'with password', 'requirepass', ' password '],
    String.raw`(?:(?:identified by|with password)\s{1,3}["'](?<secret>[^"'\r\n]{3,200})["']|(?:requirepass|(?<=\blogin \S{1,80}) password)\s{1,3}(?<bare>[^\s"';]{3,200}))`,
    isNoPlaceholder,
  ),
  // With a blank behind it, the `-p` of mysql asks; that of these takes.
  rule(
    'password',
    ['sshpass', 'login'],
    String.raw`(?:sshpass|(?<=(?:docker|podman) )login)${on}-p\s?${given}`,
    isNoPlaceholder,
  ),
  rule('password', ['sqlcmd'], String.raw`sqlcmd${on}-P\s?${given}`, isNoPlaceholder),
  rule('password', ['pass '], String.raw`(?<=\s-(?:store|key))pass\s{1,3}${given}`, isNoPlaceholder),
  rule('password', ['ssh-keygen'], String.raw`ssh-keygen${on}-[NP]\s{1,3}${given}`, isNoPlaceholder),
  rule(
    'secret',
    ['securestring'],
    String.raw`(?<=--type )securestring\b[^\r\n|;]{0,160}?\s--value[ =]${given}`,
    isNoPlaceholder,
  ),
  rule(
    'password',
    ['send'],
    String.raw`(?<=ass(?:word|phrase)[^\r\n]{0,40}?\b)send(?: --)? ${quote}(?<secret>[^"'\\\r\n]{3,200})\\`,
    isNoPlaceholder,
  ),
  rule(
    'password',
    ['login(', 'credential(', 'credentials(', 'auth('],
    String.raw`(?:login|(?<=network)credential|(?<=basic_?)auth|(?<=password)credentials)\(\s{0,3}${quote}[^"'\`\r\n]{1,100}${quote},\s{0,3}${inQuotes('4,200')}\s{0,3}[,)]`,
    isQuotedPassword,
  ),
  rule(
    'password',
    passwordNeedles,
    String.raw`${passwordName}[^\s()]{0,20}\)\.(?:type|fill|send_?keys|set_?value)\(${inQuotes('4,200')}`,
    isQuotedPassword,
  ),
  rule(
    'password',
    passwordNeedles,
    String.raw`${passwordName}[\`"\]]?\s?\)\s{0,3}values\s{0,3}\((?:[^()]{0,200},\s?)?'(?<secret>[^'\r\n]{4,200})'\s?\)`,
    isQuotedPassword,
  ),
  rule(
    'secret',
    ['jwt.sign(', 'jwt.verify(', 'jwt.encode(', 'jwt.decode('],
    String.raw`jwt\.(?:sign|verify|encode|decode)\([^\r\n]{1,200}?,\s?${inQuotes('8,400')}`,
    isQuotedPassword,
  ),
]
