// Puts together what earlier versions, and archives of theirs, keep apart: projects whose keys are two spellings of one
// (presentKey). The old spelling stays known as a merged project, so that whoever asks by it is answered.
import type { Log } from '../kit/log.ts'
import { type KnownProject, presentKey } from '../model/project.ts'
import type { Store } from '../store/store.ts'
import type { BackgroundTask } from './background-work.ts'

export function createSpellingMerge({ store, log }: { store: Store; log: Log }): BackgroundTask {
  return {
    name: 'spelling_merge',
    async run(signal) {
      let merged = 0
      while (!signal.aborted) {
        const next = nextMerge(await store.projects())
        if (next === null) break
        if (next.made !== null) await makeProject(store, next.made)
        await store.mergeProjects(next.from, next.into)
        merged += 1
      }
      if (merged > 0) log.info('project_spellings_merged', { count: merged })
    },
  }
}

interface Merge {
  readonly from: string
  readonly into: string
  /** One that is not known yet: what it is called, and whether a user chose that. */
  readonly made: { readonly key: string; readonly like: KnownProject } | null
}

async function makeProject(store: Store, { key, like }: NonNullable<Merge['made']>): Promise<void> {
  // What nobody has described yet goes by its key.
  const isNamed = like.name !== like.key
  await store.putProject({ key, name: isNamed ? like.name : key, reason: like.reason })
  if (isNamed && !like.key.endsWith(`/${like.name}`)) await store.renameProject(key, like.name)
}

function nextMerge(projects: readonly KnownProject[]): Merge | null {
  const owners = new Map(projects.flatMap((each) => [each.key, ...each.merged].map((key) => [key, each])))
  for (const [key, owner] of owners) {
    const present = presentKey(key)
    const other = owners.get(present)
    if (other === owner) continue
    const made = other === undefined ? { key: present, like: owner } : null
    // What a user put into another project stays there, under either spelling.
    return key === owner.key ? { from: key, into: present, made } : { from: present, into: owner.key, made }
  }
  return null
}
