// A project as it goes over the wire, and how a caller names one: by its key, or by a name that only one project has.
import { z } from 'zod'
import { AppError } from '../kit/errors.ts'
import { limits } from '../kit/limits.ts'
import { toldName } from '../kit/told-name.ts'
import { globalProject, type KnownProject } from '../model/project.ts'
import type { Store } from '../store/store.ts'
import { isoTime } from './fields.ts'
import { iso } from './memory-view.ts'

export const projectView = z.object({
  key: z.string(),
  name: z.string(),
  reason: z.string().describe('Why it has this key.'),
  merged: z.array(z.string()).describe('Keys of the projects that were merged into it.'),
  sessions: z.int(),
  turns: z.int(),
  facts: z.int(),
  last_at: isoTime.nullable(),
})

export function projectViewOf({ lastAt, merged, ...project }: KnownProject): z.infer<typeof projectView> {
  return { ...project, merged: [...merged], last_at: lastAt === null ? null : iso(lastAt) }
}

export const projectName = z
  .string()
  .min(1)
  .max(limits.pathCharsMax)
  .describe('A project: its key, or its name if only one is called so.')

/** Raises not_found, or invalid_params when several go by the name. */
export async function projectNamed(store: Store, given: string): Promise<KnownProject> {
  const known = await store.projects()
  const byKey = known.find(({ key, merged }) => key === given || merged.includes(given))
  if (byKey !== undefined) return byKey
  const [named, ...others] = known.filter(({ name }) => name === given)
  if (named === undefined) {
    throw new AppError(
      'not_found',
      `no project '${toldName(given)}'; project_list returns the ones there are`,
    )
  }
  if (others.length > 0) {
    const keys = [named, ...others].slice(0, limits.toldNamesMax).map(({ key }) => toldName(key))
    throw new AppError(
      'invalid_params',
      `several projects are called so; say which by its key: ${keys.join(', ')}`,
    )
  }
  return named
}

/** What belongs to no project is not a project that could be another one, or be called something. */
export function refuseGlobal({ key }: KnownProject, what: string): void {
  if (key !== globalProject) return
  throw new AppError('invalid_params', `'global' is what belongs to no project; it cannot be ${what}`)
}
