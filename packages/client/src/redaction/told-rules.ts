// Passwords and keys that people tell in a sentence: `the password is …`, `log in with ada / …`, in the languages that
// they write in. Sentences speak of passwords far more often than they tell one, so the value must be a strong one where
// the words before it do not make sure.
import type { Rule } from './rule.ts'
import { looksRandom } from './rule.ts'
import {
  isRandomFor,
  isSaidInPassing,
  isStrong,
  isTyped,
  rule,
  runRule,
  secretName,
  secretNeedles,
} from './rule-parts.ts'

const word = '(?:password|passwort|passphrase|passwd|passcode|pwd|kennwort)'
/** Words up to a verb. */
const between = (wordsMax: number): string => String.raw`(?:[^\s:"'\`]{1,30}[ \t]{1,2}){0,${wordsMax}}?`
const became = String.raw`(?:is|was|has been)[ \t](?:now[ \t]|(?:re)?set[ \t]to|changed[ \t]to|updated[ \t]to)`
const untilSign = (chars: string): string => String.raw`(?<secret>[^\s"'\`“”‘’«»<>,;()。，、]{${chars}})`

/** Four words or more, as passphrases are made. */
const isPhrase = (value: string): boolean => /^[a-z]+(?:[-._][a-z]+){3,11}[.!?]?$/i.test(value)
const isRandomAs = (value: string): boolean => looksRandom(value, 16, 3.2)
const isTold: NonNullable<Rule['isSecret']> = (value, before) => isTyped(value, before) || isPhrase(value)

/**
 * The word for a password in other languages, and where it is looked for. Needles that begin with a pair of letters that is
 * rare, or that another rule looks for anyway, cost nothing; hence the halves.
 */
const foreignWords: readonly (readonly [needle: string, source: string])[] = [
  ['kennwort', 'kennwort'],
  ['passwort', 'passwort'],
  ['htwoord', '(?<=wac)htwoord'],
  ['contrase', 'contrase'],
  ['passe', '(?<=mots? de )passe'],
  ['senha', 'senha'],
  ['parola', 'parola'],
  ['s\u0142o', '(?<=ha)s\u0142o'],
  ['heslo', 'heslo'],
  ['\u00f6senord', '\u00f6senord'],
  ['skode', '(?<=adgang)skode'],
  ['passord', 'passord'],
  ['salasana', 'salasana'],
  ['jelsz\u00f3', 'jelsz\u00f3'],
  ['\u015fifre', '\u015fifre'],
  ['\u015eifre', '\u015eifre'],
  ['parool', 'parool'],
  ['\u0430\u0440\u043e\u043b', '\u0430\u0440\u043e\u043b'],
  ['\u5bc6\u7801', '\u5bc6\u7801'],
  ['\u5bc6\u78bc', '\u5bc6\u78bc'],
  ['\u30d1\u30b9\u30ef\u30fc\u30c9', '\u30d1\u30b9\u30ef\u30fc\u30c9'],
  ['\ube44\ubc00\ubc88\ud638', '\ube44\ubc00\ubc88\ud638'],
]
const foreignVerb =
  'lautet|ist|is|es|est|\u00e9|\u00e8|to|jest|je|\u00e4r|er|on|\u044d\u0442\u043e|\u0442\u0435\u043f\u0435\u0440\u044c'
/** Behind the word: what belongs to it, then a verb, a colon or a dash; in Chinese and Japanese without a blank. */
const foreignJoint = String.raw`[^\s:：=]{0,8}(?:(?:[ \t]{1,2}[^\s:：,;!?]{1,30}){0,5}?[ \t]{1,2}(?:${foreignVerb})[ \t]{1,2}|(?:[ \t]{1,2}[^\s:：,;!?]{1,30}){0,5}?[ \t\u00a0]?[:：=—–][ \t]{0,2}|[是为は는은][ \t]{0,2}|[ \t]{1,2})["'\`“‘«「]?`

/** `k3v9w-1q8z5`, numbered or not. */
const codeLine = String.raw`[ \t\d.)*-]{0,6}(?=[a-z -]{0,16}[0-9])[a-z0-9]{4,10}(?:[ -][a-z0-9]{4,10}){0,3}[ \t]{0,2}`

export const toldRules: readonly Rule[] = [
  rule(
    'password',
    ['password', 'passwort', 'passphrase', 'passwd', 'passcode', 'pwd', 'kennwort'],
    String.raw`\b${word}[ \t]{1,2}${between(5)}(?:${became}|is|was|to|are|ist|lautet|est|es|è|=|:)[ \t]{1,2}["'\`“‘]?${untilSign('5,100')}`,
    isTold,
  ),
  runRule(
    'password',
    ['pw:', 'pw ', 'pw=', 'pass ', 'pass:', 'pass='],
    String.raw`(?<![a-z0-9])p(?:w|ass)[ \t]?[:=]?[ \t]?["'\`]?`,
    { chars: String.raw`[^\s"'\`<>,;()]`, least: 6, most: 100 },
    isTyped,
  ),
  rule(
    'password',
    ['credentials', 'creds', 'login'],
    String.raw`(?<![a-z0-9])(?:cred(?:ential)?s|login)[ \t]?(?:are|is|:|=)[ \t]?[\w.@-]{1,60}[ \t]?[/:|,][ \t]?(?<secret>[^\s"'\`<>,;()]{6,100})`,
    isTyped,
  ),
  rule(
    'secret',
    secretNeedles,
    String.raw`${secretName}(?:\s{1,2}(?:${became}|is|was|to|=)\s{1,2}["'\`“‘(]?|\s{1,2}["'\`“‘(])${untilSign('16,2000')}`,
    isRandomFor,
  ),
  rule(
    'secret',
    secretNeedles,
    String.raw`${secretName}[ \t]{1,2}${between(6)}(?:${became}|is|to|are|[^\s:]{1,30}:)[ \t]{1,2}["'\`“‘]?${untilSign('20,2000')}`,
    isSaidInPassing,
  ),
  rule(
    'secret',
    secretNeedles,
    String.raw`${secretName}:[ \t]{0,3}(?:\r?\n){1,2}[ \t]{0,8}["'\`]?${untilSign('16,2000')}`,
    isRandomFor,
  ),
  // The other way round: `x` as the API token.
  rule(
    'secret',
    secretNeedles,
    String.raw`(?<=["'\`“‘](?<secret>[^\s"'\`“”‘’<>,;()]{16,400})["'\`”’][ \t](?:as|for|is)(?:[ \t][\w.-]{1,30}){0,5}?[ \t])${secretName}\b`,
    isRandomAs,
  ),
  rule(
    'password',
    ['password', 'passphrase', 'passwort', 'kennwort'],
    String.raw`(?<=["'\`“‘](?<secret>[^\s"'\`“”‘’<>,;()]{4,100})["'\`”’][ \t](?:as|for|is)(?:[ \t][\w.-]{1,30}){0,4}?[ \t])(?:password|passphrase|passwort|kennwort)\b`,
    isTyped,
  ),
  rule(
    'secret',
    secretNeedles,
    String.raw`${secretName}\s{1,2}(?<secret>[A-Za-z0-9_+/=.~-]{24,2000})`,
    isSaidInPassing,
  ),
  // `passphrase Otter-42-x`: nothing in between.
  rule(
    'password',
    ['password', 'passphrase', 'passwort', 'passwd', 'kennwort'],
    String.raw`\b${word}[ \t]{1,2}["'\`“‘]?${untilSign('8,100')}`,
    isStrong,
  ),
  rule(
    'password',
    ['log in', 'login', 'logged in', 'sign in', 'signed in', 'ssh in'],
    String.raw`\b(?:log|logged|sign|signed|ssh)[ -]?in[ \t](?:with|as|using)[ \t][\`"']?[\w.@-]{1,60}[\`"']?[ \t]?(?:[/:|]|and)[ \t]?[\`"']?${untilSign('6,100')}`,
    isTyped,
  ),
  rule(
    'password',
    foreignWords.map(([needle]) => needle),
    `(?:${foreignWords.map(([, source]) => source).join('|')})${foreignJoint}${untilSign('6,100')}`,
    isStrong,
  ),
  rule(
    'recovery codes',
    ['covery code', 'kup code'],
    String.raw`(?:(?<=re)covery|(?<=bac)kup) codes?[^\r\n]{0,60}\s{1,4}(?<secret>${codeLine}(?:\r?\n${codeLine}){1,19})(?=\r?\n|$)`,
    () => true,
  ),
]
