// Whether the host of a bridge is still there, for when the end of our input does not tell: a child of a killed host may
// hold that open. It is gone when our parent is another process than it was. One that was gone before we came up leaves
// no such trace, whoever is our parent then (init may be a host, in a container): it is known by saying nothing. A host
// that lives sends more than its first request, which it may have written before it was killed.
import { limits } from '../../kit/limits.ts'

export interface HostWatch {
  /** The host has shown that it lives: from now on, it may be silent for as long as it likes. */
  heard(): void
}

export interface HostWatchParts {
  /** Pid of our parent. */
  parent(): number
  /** Called once at most. */
  gone(): void
}

export function watchHost({ parent, gone }: HostWatchParts): HostWatch {
  const first = parent()
  const looking = setInterval(() => {
    if (parent() !== first) end()
  }, limits.bridgeParentLookEveryMs).unref()
  const waiting = setTimeout(end, limits.bridgeSilenceMsMax).unref()

  function end(): void {
    clearInterval(looking)
    clearTimeout(waiting)
    gone()
  }

  return { heard: () => clearTimeout(waiting) }
}
