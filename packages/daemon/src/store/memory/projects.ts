// Projects of the plain store: in the order in which they became known, and what each key means.
import type { Memory } from '../../model/memory.ts'
import {
  type FoundProject,
  type KnownProject,
  type MergeOutcome,
  mayBecome,
  type Project,
} from '../../model/project.ts'
import type { Session } from '../../model/session.ts'
import type { Searching } from '../search.ts'

interface Kept extends Project {
  readonly givenName: string | null
  readonly mergedInto: string | null
}

export interface MemoryProjects {
  /** The number of the project of this very key, from 1; null when there is none. */
  number(key: string): number | null
  /** The same for the project that is meant by `key`, which is made when it is unknown. */
  ensure(key: string): number
  /** The key of the one that `key` was merged into, else `key`. */
  meant(key: string): string
  /** Describes a project; returns the key it went by before, when it was known by its folder. */
  put(project: Project): string | null
  foundAs(project: FoundProject): string
  merge(from: string, into: string): MergeOutcome
  /** The filter with every key as it is meant. */
  meantIn<Filter extends { readonly projects: readonly string[] | null }>(filter: Filter): Filter
  /** A search under a key looks in the project that is meant by it. */
  searchingIn(searching: Searching): Searching
  rename(key: string, name: string): boolean
  list(memories: readonly Memory[], sessions: readonly Session[]): readonly KnownProject[]
  /** Returns what brings the present state back. */
  save(): () => void
}

export function createMemoryProjects(): MemoryProjects {
  let kept: readonly Kept[] = []
  const find = (key: string): Kept | undefined => kept.find((each) => each.key === key)
  const meant = (key: string): string => find(key)?.mergedInto ?? key

  function number(key: string): number | null {
    const index = kept.findIndex((each) => each.key === key)
    return index === -1 ? null : index + 1
  }

  function add(project: Project): number {
    kept = [...kept, { ...project, givenName: null, mergedInto: null }]
    return kept.length
  }

  function change(key: string, changes: Partial<Kept>): void {
    kept = kept.map((each) => (each.key === key ? { ...each, ...changes } : each))
  }

  function foundBefore({ key, folder }: FoundProject): string | null {
    if (folder === undefined || find(key) !== undefined) return null
    const before = kept.find(
      (each) => each.folder === folder && each.mergedInto === null && mayBecome(each.key, key),
    )
    return before?.key ?? null
  }

  function meantIn<Filter extends { readonly projects: readonly string[] | null }>(filter: Filter): Filter {
    return { ...filter, projects: filter.projects?.map(meant) ?? null }
  }

  return {
    number,
    meant,
    ensure: (key) => number(meant(key)) ?? add({ key, name: key, reason: '' }),
    put(project) {
      const before = foundBefore(project)
      const { key, name, reason } = project
      const folder = project.folder ?? find(before ?? key)?.folder
      if (find(before ?? key) === undefined) add(project)
      else change(before ?? key, { key, name, reason, folder })
      if (before !== null) {
        kept = kept.map((each) => (each.mergedInto === before ? { ...each, mergedInto: key } : each))
      }
      return before
    },
    foundAs(project) {
      const { folder, isGuess } = project
      const latest = isGuess ? kept.findLast((each) => each.folder === folder) : undefined
      if (latest !== undefined && folder !== undefined) return meant(latest.key)
      return foundBefore(project) ?? meant(project.key)
    },
    merge(from, into) {
      const [source, target] = [meant(from), meant(into)]
      if (find(source) === undefined || find(target) === undefined) return 'unknown'
      if (source === target) return 'same'
      kept = kept.map((each) =>
        each.key === source || each.mergedInto === source ? { ...each, mergedInto: target } : each,
      )
      return 'merged'
    },
    meantIn,
    searchingIn: (searching) => ({
      ...searching,
      termStats: (of, terms) => searching.termStats(of?.map(meant) ?? null, terms),
      probe: (scope, probes) => searching.probe(meantIn(scope), probes),
    }),
    rename(key, name) {
      const known = find(meant(key))
      if (known !== undefined) change(known.key, { givenName: name })
      return known !== undefined
    },
    list: (memories, sessions) =>
      kept
        .filter(({ mergedInto }) => mergedInto === null)
        .map(({ key, name, givenName, reason }) => {
          const own = sessions.filter(({ project }) => project === key)
          return {
            key,
            name: givenName ?? name,
            reason,
            merged: kept.filter(({ mergedInto }) => mergedInto === key).map((each) => each.key),
            sessions: own.length,
            turns: own.reduce((sum, { turnCount }) => sum + turnCount, 0),
            facts: memories.filter((memory) => memory.project === key && memory.kind !== 'turn').length,
            lastAt: own.length === 0 ? null : Math.max(...own.map(({ lastAt }) => lastAt)),
          }
        }),
    save() {
      const before = kept
      return () => {
        kept = before
      }
    },
  }
}
