// A git remote's URL, however it is written, as one name: host/owner/name. Credentials never survive.

/** `github.com/owner/name` for `https://user:secret@github.com/owner/name.git`, `git@github.com:owner/name`, …; null when blank. */
export function remoteName(url: string): string | null {
  const trimmed = url.trim()
  if (trimmed === '') return null
  const scheme = /^[a-z][a-z0-9+.-]*:\/\/(?:[^@/]*@)?([^/:]*)(?::\d+)?\/(.+)$/iu.exec(trimmed)
  if (scheme) return joined(scheme[1] ?? '', scheme[2] ?? '')
  const scp = /^(?:[^@/:]+@)?([^/:]+):(?!\/\/)(.+)$/u.exec(trimmed)
  if (scp && !/^[a-z]$/iu.test(scp[1] ?? '')) return joined(scp[1] ?? '', scp[2] ?? '')
  return joined('', trimmed)
}

function joined(host: string, path: string): string {
  const clean = path
    .replace(/\/+$/u, '')
    .replace(/\.git$/u, '')
    .replace(/^\/+/u, '')
  return `${host === '' ? 'file' : host.toLowerCase()}/${clean}`
}
