// Passwords and keys that are handed to a command or a call: by a flag that says so, or at a place where that command or
// call is known to take them.
import { isUrlPassword } from './context-rules.ts'
import type { Rule } from './rule.ts'
import {
  bareChars,
  inQuotes,
  isNoPlaceholder,
  isQuotedPassword,
  isRandomFor,
  isStrong,
  isTypedFlag,
  passwordName,
  passwordNeedles,
  quote,
  rule,
  runRule,
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
  runRule(
    'password',
    [...passwordNeedles, '-pass'],
    String.raw`(?:-pass|${flag}(?:pass(?:word|wd|phrase)?|pwd))(?:=|\s{1,3})`,
    { chars: bareChars, least: 4, most: 200 },
    isTypedFlag,
  ),
  runRule(
    'secret',
    secretNeedles,
    String.raw`${flag}${secretName}(?:-[a-z]{1,12})?(?:=|\s{1,3})["']?`,
    { chars: String.raw`[^\s"'|;&<>()]`, least: 8, most: 2_000 },
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
  rule('password', ['plink', 'pscp'], String.raw`(?:plink|pscp)${on}-pw\s{1,3}${given}`, isNoPlaceholder),
  rule('password', ['7z '], String.raw`7z [axelt]\b[^\r\n|;]{0,160}?\s-p${given}`, isNoPlaceholder),
  rule(
    'password',
    ['ldap'],
    String.raw`ldap(?:search|modify|add|whoami|passwd)${on}-w\s{1,3}${given}`,
    isNoPlaceholder,
  ),
  rule(
    'password',
    ['smbclient', 'rpcclient'],
    String.raw`(?:smb|rpc)client${on}-U\s?["']?[\w\\.-]{1,60}%(?<secret>[^\s"']{3,100})`,
    isNoPlaceholder,
  ),
  rule(
    'password',
    ['net use'],
    String.raw`net use [^\r\n]{3,120}?\s(?<secret>[^\s/\\]{4,100}) \/user:`,
    isNoPlaceholder,
  ),
  rule(
    'password',
    ['sudo', 'su -', 'docker login'],
    String.raw`(?<=\becho (?:-n )?["']?(?<secret>[^\s"'|]{4,100})["']? ?\| ?)(?:sudo -S|docker login [^\r\n]{0,100}--password-stdin)`,
    isNoPlaceholder,
  ),
  rule(
    'password',
    ['chpasswd'],
    String.raw`(?<=\becho ["']?[\w.-]{1,40}:(?<secret>[^\s"'|]{4,100})["']? ?\| ?(?:sudo )?)chpasswd`,
    isNoPlaceholder,
  ),
  rule(
    'password',
    ['htpasswd'],
    String.raw`htpasswd\s-[a-zA-Z]{0,6}b[a-zA-Z]{0,6}\s(?:\S{1,120}\s)?[\w.@-]{1,60}\s${given}`,
    isNoPlaceholder,
  ),
  rule('password', ['nmcli'], String.raw`nmcli${on}password\s{1,3}${given}`, isNoPlaceholder),
  rule(
    'password',
    ['pass:'],
    String.raw`(?<=\s-?-?pass(?:in|out)?[ =])pass:(?<secret>[^\s"';|]{4,200})`,
    isNoPlaceholder,
  ),
  rule(
    'password',
    ['skopeo', 'buildah', 'oras', 'az login', 'oc login', 'helm registry'],
    String.raw`(?:skopeo|buildah|oras|(?:az|oc) login|helm registry)${on}(?:-p|--creds[ =][\w.@-]{1,60}:)\s?${given}`,
    isNoPlaceholder,
  ),
  rule(
    'otp seed',
    ['oathtool'],
    String.raw`oathtool${on}(?<secret>[A-Z2-7]{16,64})(?![\w])`,
    isNoPlaceholder,
  ),
  rule(
    'secret',
    ['createhmac(', 'hmac.new('],
    String.raw`(?:createhmac\(${quote}[\w-]{2,20}${quote},\s?|hmac\.new\(\s?b?)${inQuotes('8,400')}`,
    isQuotedPassword,
  ),
  // What a command that names it prints.
  rule(
    'secret',
    [...passwordNeedles, ...secretNeedles],
    String.raw`(?:password|secret|token|key)(?=[ \t]?\r?\n)(?<=(?:^|[\r\n])[$%] [^\r\n]{3,160}?)[ \t]?\r?\n(?<secret>[!-~]{8,400})(?=\r?\n|$)`,
    isStrong,
  ),
]
