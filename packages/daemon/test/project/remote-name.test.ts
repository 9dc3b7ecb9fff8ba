import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { remoteName as remoteNameIn } from '../../src/project/remote-name.ts'

const remoteName = (url: string) => remoteNameIn(url, '/home/ada/work')

describe('the name of a remote', () => {
  test.each([
    ['https://github.com/ada/shop.git', 'github.com/ada/shop'],
    ['https://user:token@GitHub.com/ada/shop/', 'github.com/ada/shop'],
    ['git@github.com:ada/shop.git', 'github.com/ada/shop'],
    ['github.com:ada/shop', 'github.com/ada/shop'],
    ['git@github.com:/ada/shop', 'github.com/ada/shop'],
    ['ssh://git@host.example:2222/ada/shop', 'host.example/ada/shop'],
    ['ssh://git@host.example:/ada/shop', 'host.example/ada/shop'],
    ['git@host.example:@scope/shop', 'host.example/@scope/shop'],
    ['https://host.example/@scope/shop@v2', 'host.example/@scope/shop@v2'],
    ['https://[::1]:3000/ada/shop', '[::1]/ada/shop'],
    ['ssh://git@[2001:DB8::1]/ada/shop.git', '[2001:db8::1]/ada/shop'],
    ['git@[::1]:ada/shop.git', '[::1]/ada/shop'],
    ['gcrypt::https://host.example/ada/shop', 'host.example/ada/shop'],
    ['/srv/git/shop.git', 'file/srv/git/shop'],
    ['file:///srv/git/shop.git', 'file/srv/git/shop'],
    ['file:///srv/git/shop#1', 'file/srv/git/shop#1'],
    ['~/git/shop.git', 'file/~/git/shop'],
    ['~ada/shop@v2', 'file/~ada/shop@v2'],
    ['../shop@v2:old', 'file/home/ada/shop@v2:old'],
    ['../shop.git', 'file/home/ada/shop'],
    ['shop', 'file/home/ada/work/shop'],
    ['.', 'file/home/ada/work'],
    ['/srv/acme ', 'file/srv/acme '],
    ['C:\\repos\\shop', 'file/C:\\repos\\shop'],
    ['   ', null],
  ])('%s is %s', (url, name) => {
    expect(remoteName(url)).toBe(name)
  })
})

describe('credentials do not survive', () => {
  test.each([
    'https://user:p@ss@github.com/o/r.git',
    'https://user:p@ss:w@github.com:443/o/r.git',
    'https://user:pa/ss@github.com/o/r',
    'https://user:pa?ss@github.com/o/r',
    'https://to#ken@github.com/o/r',
    'https://github.com/o/r?access_token=secret',
    'https://github.com/o/r.git#secret',
    'https://user:secret@github.com/o/r?a=b@c',
    'ada:ghp_TOKEN@github.com:o/r',
    'ada:gh@p_TOKEN@github.com:o/r.git',
    'ada:to/ken@github.com:o/r',
    'ada:ghp_TOKEN@github.com:o/r?access_token=secret',
    'gcrypt::https://ada:ghp_TOKEN@github.com/o/r',
    'HTTPS://ada:ghp_TOKEN@github.com/o/r',
  ])('in %s', (url) => {
    expect(remoteName(url)).toBe('github.com/o/r')
  })

  test('in an address without its scheme, which git takes for a path', () => {
    expect(remoteName('ada:ghp_TOKEN@github.com/o/r')).toBe('file/github.com/o/r')
  })

  // With both an @ and a / in it, nobody could say where the password ends.
  test.each(['aZ9@:[]%.~-', 'aZ9:/?#[]%.~-'])('whatever the password is made of %s', (alphabet) => {
    const password = fc.string({ minLength: 1, unit: fc.constantFrom(...alphabet) })
    fc.assert(
      fc.property(password, (told) => {
        for (const url of [`https://ada:S${told}S@example.org/o/r`, `ada:S${told}S@example.org:o/r`])
          expect(remoteName(url)).toBe('example.org/o/r')
      }),
    )
  })
})
