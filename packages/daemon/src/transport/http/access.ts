// Who gets in. Browsers are kept out by Host, Origin and Sec-Fetch-Site, before anything else is looked at;
// other local users by the bearer token, which is taken from its header and from nowhere else.
import { createHash, timingSafeEqual } from 'node:crypto'
import { HttpRefusal } from './replies.ts'
import type { RequestHead } from './request-head.ts'

export interface Auth {
  /** off: nobody is asked for the token. The daemon still proves itself with it. */
  readonly kind: 'token' | 'off'
  /** The token that counts now; asked for each request, so that a rotation holds at once. */
  current(): string
}

const ownNames = ['127.0.0.1', 'localhost', '[::1]']

/** Raises 403 for a request that is not, or may not be, from a program that means this daemon. */
export function refuseStrangers(head: RequestHead, port: number): void {
  const hosts = head.values('host')
  const isHostless = hosts.length === 0 && head.isHttp10
  if (!isHostless && (hosts.length !== 1 || !isOwnAuthority(hosts[0] ?? '', port))) {
    throw new HttpRefusal(403, 'forbidden', 'host refused')
  }
  if (head.targetAuthority !== null && !isOwnAuthority(head.targetAuthority, port)) {
    throw new HttpRefusal(403, 'forbidden', 'host refused')
  }
  if (!head.values('origin').every((origin) => isOwnOrigin(origin, hosts[0], port))) {
    throw new HttpRefusal(403, 'forbidden', 'origin refused')
  }
  if (head.values('sec-fetch-site').some((site) => /^(cross|same)-site$/i.test(site.trim()))) {
    throw new HttpRefusal(403, 'forbidden', 'cross-site request refused')
  }
}

/** Raises 401; says nothing about why. */
export function requireToken(head: RequestHead, auth: Auth): void {
  if (auth.kind === 'off') return
  const [given, ...more] = head.values('authorization')
  const token = more.length === 0 ? /^bearer +(\S+)$/i.exec(given ?? '')?.[1] : undefined
  if (token === undefined || !isSameSecret(token, auth.current())) {
    throw new HttpRefusal(401, 'unauthorized', 'unauthorized')
  }
}

const formTypes = ['application/x-www-form-urlencoded', 'multipart/form-data', 'text/plain']

/** Raises 415 for the types that a web page may send anywhere without asking. */
export function refuseForms(head: RequestHead): void {
  for (const type of head.values('content-type')) {
    const [essence = ''] = type.split(';', 1)
    if (formTypes.includes(essence.trim().toLowerCase())) {
      throw new HttpRefusal(
        415,
        'invalid_request',
        `content type ${essence.trim()} is refused; send application/json`,
      )
    }
  }
}

function isOwnAuthority(authority: string, port: number): boolean {
  const given = authority.toLowerCase()
  return ownNames.some((name) => given === name || given === `${name}:${port}`)
}

/** Exact: scheme, the name this request itself used, and our port. A page on another of our names is not us. */
function isOwnOrigin(origin: string, host: string | undefined, port: number): boolean {
  const names = host === undefined ? ownNames : [nameOf(host)]
  return names.some(
    (name) => origin === `http://${name}:${port}` || (port === 80 && origin === `http://${name}`),
  )
}

function nameOf(authority: string): string {
  return authority.toLowerCase().replace(/:\d+$/, '')
}

/** Hashed first, so that neither length nor content shows in the time it takes. */
function isSameSecret(given: string, expected: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest()
  return timingSafeEqual(digest(given), digest(expected))
}
