// Passwords that people tell in a sentence, in the languages they write in.
import { around, type PlacedKind } from './credentials-in-commands.ts'
import { base62, type Dice, digits, lower } from './dice.ts'
import { password, words } from './places.ts'

const told = (text: (secret: string, d: Dice) => string) => around((d) => password(d, '!#*+?'), text)
const phrase = (d: Dice) => [0, 1, 2, 3].map(() => d.pick(words)).join(d.pick(['-', '.', '_']))

export const prose: readonly PlacedKind[] = [
  {
    kind: 'password told in English',
    write: [
      told((s) => `The password is ${s} if you need to get in.`),
      told((s) => `the root password for the staging box is "${s}", don't share it`),
      told((s) => `You can log in with admin / ${s} on the test server.`),
      told((s) => `user: deploy\npass: ${s}\nthat should get you past the login page`),
      told((s) => `Password: ${s}`),
      told((s) => `pw: ${s} - same as last time`),
      told((s) => `My sudo password is ${s}.`),
      told((s) => `I changed the database password to ${s} this morning and now the app cannot connect.`),
      told((s) => `Use username \`qa\` and password \`${s}\` for the demo tenant.`),
      told((s) => `wifi: Harbor-Guest, passphrase ${s}`),
      told((s) => `The credentials are ana@example.com:${s}, try them.`),
      told((s) => `- **Password**: \`${s}\`\n- **Host**: 10.0.0.5`),
      told((s) => `Remember that the VPN password was reset to '${s}'.`),
      told((s) => `It asks for a password, type ${s} there.`),
      around(phrase, (s) => `The passphrase of the backup is ${s}.`),
      around(phrase, (s) => `Decrypt it with the passphrase "${s}" first.`),
    ],
  },
  {
    kind: 'password told in other languages',
    write: [
      told((s) => `Das Passwort lautet ${s}, bitte trag es in die Konfiguration ein.`),
      told((s) => `Passwort: ${s}\nBenutzer: admin`),
      told((s) => `Das Kennwort für den Testserver ist ${s}.`),
      told((s) => `La contraseña es ${s}, úsala en el servidor de pruebas.`),
      told((s) => `Le mot de passe est ${s} pour la base de recette.`),
      told((s) => `mot de passe : ${s}`),
      told((s) => `A senha do banco é ${s}.`),
      told((s) => `La password del server è ${s}, provala.`),
      told((s) => `Пароль от базы: ${s}, попробуй подключиться.`),
      told((s) => `Пароль — ${s}`),
      told((s) => `密码是 ${s},你试试登录。`),
      told((s) => `数据库密码:${s}`),
      told((s) => `パスワードは ${s} です。`),
      told((s) => `비밀번호는 ${s} 입니다.`),
      told((s) => `Hasło do bazy to ${s}.`),
      told((s) => `Şifre: ${s}`),
      told((s) => `Het wachtwoord is ${s}.`),
    ],
  },
  {
    kind: 'key told in a sentence',
    write: [
      around(
        (d) => d.chars(base62, 32),
        (s) => `my api key is ${s}, please add it to the config`,
      ),
      around(
        (d) => d.chars(base62, 40),
        (s) => `Try this token: ${s}`,
      ),
      around(
        (d) => d.chars(base62, 28),
        (s) => `The shared secret between the two services is ${s}.`,
      ),
      around(
        (d) => d.chars(lower + digits, 32),
        (s) => `I got this access token from support: \`${s}\`. Does it work?`,
      ),
      around(
        (d) => d.chars(base62, 36),
        (s) => `Set the webhook secret to ${s} on both ends.`,
      ),
    ],
  },
  {
    kind: 'recovery codes',
    write: [
      (d) => {
        const codes = [0, 1, 2, 3].map(() => `${d.chars(lower + digits, 5)}-${d.chars(lower + digits, 5)}`)
        return { text: `Your recovery codes:\n${codes.join('\n')}\nKeep them safe.`, core: codes }
      },
    ],
  },
]
