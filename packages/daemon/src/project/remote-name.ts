// A git remote's URL, however it is written, as one name: host/owner/name. Credentials never survive: whatever may be
// one goes, also where git itself would read it as something else.
import { resolve } from 'node:path'

/**
 * `github.com/owner/name` for `https://me:secret@github.com/owner/name.git`, `git@github.com:owner/name`; null if blank.
 * A path is taken from `top`, the folder of the repository: `../shop` is another one beside each.
 */
export function remoteName(url: string, top: string): string | null {
  if (url.trim() === '') return null
  const remote = withoutHelper(url)
  const [, scheme, rest = ''] = /^([a-z][a-z0-9+.-]*):\/\/(.*)$/isu.exec(remote) ?? []
  if (scheme !== undefined) return nameOfUrl(scheme.toLowerCase(), rest)
  return nameOfScp(remote) ?? joined('', isRelative(remote) ? resolve(top, remote) : remote)
}

function isRelative(path: string): boolean {
  return !/^(?:[/~\\]|[a-z]:)/iu.test(path)
}

/** `gcrypt::https://…`: how git names the program that fetches. */
function withoutHelper(remote: string): string {
  return remote.replace(/^(?:[a-z0-9+.-]+::)+/iu, '')
}

/** `rest` is what follows `scheme://`. */
function nameOfUrl(scheme: string, rest: string): string {
  if (scheme === 'file') return joined('', rest.slice(Math.max(rest.indexOf('/'), 0)))
  const bare = withoutCredentials(rest)
  const end = bare.search(/[/?#]/u)
  const authority = end < 0 ? bare : bare.slice(0, end)
  const path = end < 0 ? '' : bare.slice(end)
  return joined(authority.replace(/:\d*$/u, ''), withoutQuery(path))
}

const plainAuthority = /^(?:\[[^\]]*\]|[^:[\]]+)(?::\d*)?$/u

/** Up to the last @ of the authority. A password with a / ends it early, which leaves something that is no host. */
function withoutCredentials(rest: string): string {
  const end = rest.search(/[/?#]/u)
  const authority = end < 0 ? rest : rest.slice(0, end)
  const host = authority.slice(authority.lastIndexOf('@') + 1)
  const isWhole = plainAuthority.test(host) && (end < 0 || rest[end] === '/')
  return isWhole ? rest.slice(authority.length - host.length) : rest.slice(rest.lastIndexOf('@') + 1)
}

/** `[user[:password]@]host:path`; null for a local path. */
function nameOfScp(remote: string): string | null {
  if (/^[~./\\]/u.test(remote)) return null
  const bare = remote
    .replace(/^.*@(?=(?:\[[^\]]*\]|[^/:@[\]]+):)/su, '')
    // `ada:token@github.com/o/r`, which git takes for a path on the host `ada`
    .replace(/^[^/]*:[^/]+@/u, '')
  const [, host = '', path = ''] = /^(\[[^\]]*\]|[^/:]+):(.+)$/su.exec(bare) ?? []
  const isDrive = /^[a-z]$/iu.test(host)
  if (path !== '' && !isDrive) return joined(host, withoutQuery(path))
  return bare === remote ? null : joined('', withoutQuery(bare))
}

function withoutQuery(path: string): string {
  return path.replace(/[?#].*$/su, '')
}

function joined(host: string, path: string): string {
  const clean = path
    .replace(/\/+$/u, '')
    .replace(/\.git$/u, '')
    .replace(/^\/+/u, '')
  return `${host === '' ? 'file' : host.toLowerCase()}/${clean}`
}
