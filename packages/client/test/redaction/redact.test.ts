// What is taken out, what stays, and that a text which has been through once passes unchanged. Secrets are put together
// when the test runs, so that no scanner takes this file for a leak.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { isAllPrivate } from '../../src/redaction/private-spans.ts'
import { builtInRules, createRedact } from '../../src/redaction/redact.ts'

const redact = createRedact(builtInRules)
const token = `gh${'p_'}${'a1B2'.repeat(9)}`
const keyLines = 'q7Wz'.repeat(16)
const pem = `-----BEGIN RSA ${'PRIVATE KEY'}-----\n${keyLines}\n${keyLines}\n-----END RSA ${'PRIVATE KEY'}-----`

describe('a secret gives way to a mark of its kind, the rest stays as it was', () => {
  test.each([
    [
      'a token in prose',
      `I used ${token}, and it failed.`,
      'I used [redacted: github token], and it failed.',
    ],
    ['a private key, whole', `see\n${pem}\nabove`, 'see\n[redacted: private key]\nabove'],
    [
      'a private key in JSON',
      JSON.stringify({ key: pem, port: 1 }),
      '{"key":"[redacted: private key]","port":1}',
    ],
    ['a private key cut off', `${pem.slice(0, 120)}`, '[redacted: private key]'],
    ['an assignment', "const password = 'Otter42!x'", "const password = '[redacted: password]'"],
    ['an environment file', 'A=1\nDB_PASSWORD=otterotter\nB=2', 'A=1\nDB_PASSWORD=[redacted: password]\nB=2'],
    ['JSON within JSON', '{\\"password\\":\\"Otter42!x\\"}', '{\\"password\\":\\"[redacted: password]\\"}'],
    ['a command line', 'mysql -uroot -pOtter42x shop', 'mysql -uroot -p[redacted: password] shop'],
    [
      'a database address',
      'postgres://ada:ot/ter@db/shop',
      'postgres://ada:[redacted: database password]@db/shop',
    ],
    ['any address', 'ftp://ada:otter9@files/a', 'ftp://ada:[redacted: url password]@files/a'],
    ['a header', 'Authorization: Bearer abc123def456ghi7', 'Authorization: Bearer [redacted: bearer token]'],
    ['prose', 'The password is Otter42!x.', 'The password is [redacted: password]'],
    ['two of them', `${token} ${token}`, '[redacted: github token] [redacted: github token]'],
    ['a private span', 'a <private>b\nc</private> d', 'a [redacted: private] d'],
    ['private spans within each other', '<private>a<private>b</private>c</private>d', '[redacted: private]d'],
    ['one that is not closed', 'a <PRIVATE>b\nc', 'a [redacted: private]'],
    ['a secret in a private span', `<private>${token}</private>`, '[redacted: private]'],
  ])('%s', (_, text, expected) => {
    expect(redact(text).text).toBe(expected)
  })
})

describe('what only resembles a secret stays', () => {
  test.each([
    'const password = req.body.password',
    'password: string; token?: Uint8Array',
    'API_KEY=your-api-key-here',
    `DATABASE_URL=postgres://\${USER}:\${PASSWORD}@db/shop`,
    'The password is required, and the token expires in 3600 s.',
    'nextPageToken: "CAUQAA12345678abcdEFGH"',
    `integrity: sha512-${'aB3/'.repeat(21)}==`,
    'commit 0123456789abcdef0123456789abcdef01234567',
    'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ0aB1cD2eF3gH4iJ5kL6mN7oP8qR9sT0uV1wX2yZ3 ada@shop',
    'a </private> alone, vector<privateKey>, <private-note>',
    'password=[redacted: password] and [redacted: github token]',
  ])('%s', (text) => {
    expect(redact(text)).toEqual({ text, kinds: [] })
  })
})

const pieces = fc.constantFrom(
  token,
  pem,
  'password',
  'secret=',
  ': ',
  '"',
  ' is ',
  'Otter42!x',
  'a1B2c3D4e5F6g7H8',
  '<private>',
  '</private>',
  '[redacted: password]',
  '[redacted: ',
  '://ada:',
  '@db',
  'Bearer ',
  '--token ',
  'api_key',
  '\n',
  '=',
)
const text = fc
  .array(fc.oneof({ weight: 5, arbitrary: pieces }, fc.string({ unit: 'binary', maxLength: 8 })))
  .map((parts) => parts.join(''))

test('what has been through once passes unchanged, and no known token is left', () => {
  fc.assert(
    fc.property(text, (given) => {
      const once = redact(given)
      expect(redact(once.text)).toEqual({ text: once.text, kinds: [] })
      expect(redact(given)).toEqual(once)
      expect(once.text).not.toContain('<private>')
    }),
    { numRuns: 500 },
  )
})

test('a text of a megabyte that nearly matches everything is done in bounded steps', () => {
  const nearly = ['password=', 'secret: "', '-----BEGIN X ', 'a'.repeat(50), 'https://a:', ' --token ', 'eyJ']
  for (const part of nearly) {
    const long = part.repeat(Math.ceil(200_000 / part.length))
    expect(redact(long).text.length).toBeGreaterThan(0)
  }
})

describe('what is private as a whole', () => {
  test.each([
    '<private>x</private>',
    ' <private>x</private>\n<private>y',
    '<private>x <private>y</private> z</private>.',
    '[redacted: private] …',
  ])('%j, before it is marked and after', (text) => {
    expect(isAllPrivate(text)).toBe(true)
    expect(isAllPrivate(redact(text).text)).toBe(true)
  })

  test.each([
    '',
    '…',
    'x <private>y</private>',
    '<private>y</private> 👍',
    '[redacted: password]',
    'not </private> it',
    '[redacted: private] 7',
  ])('and not %j', (text) => {
    expect(isAllPrivate(text)).toBe(false)
    expect(isAllPrivate(redact(text).text)).toBe(false)
  })
})
