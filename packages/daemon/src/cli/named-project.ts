// A project that the user names by its key or name; a mistyped one is refused with those that it may have meant.
import type { projectGet } from '../operations/project-get.ts'
import type { projectList } from '../operations/project-list.ts'
import { type Daemon, isClientError } from './client.ts'
import { messageInCommands } from './error-words.ts'
import { NotFoundError } from './exit-codes.ts'
import type { ResultOf } from './result-of.ts'

type Project = ResultOf<typeof projectGet>

const suggestionsMax = 3

/** Raises NotFoundError for one that is not known. */
export async function namedProject(daemon: Daemon, project: string): Promise<Project> {
  try {
    return await daemon.call<Project>('project_get', { project })
  } catch (error) {
    if (!isClientError(error) || error.code !== 'not_found') throw error
    const { projects } = await daemon.call<ResultOf<typeof projectList>>('project_list', {})
    const near = projects.filter(({ key, name }) => [key, name].some((each) => isNear(each, project)))
    const names = near.slice(0, suggestionsMax).map(({ name }) => name)
    const advice = names.length === 0 ? '' : `. Did you mean ${names.join(' or ')}?`
    throw new NotFoundError(`${messageInCommands(error)}${advice}`)
  }
}

/** One is part of the other, or a letter or two apart. */
function isNear(name: string, given: string): boolean {
  const [one, other] = [name.toLowerCase(), given.toLowerCase()]
  if (other.length >= 3 && (one.includes(other) || other.includes(one))) return true
  return Math.abs(one.length - other.length) <= 2 && one.length <= 64 && distance(one, other) <= 2
}

/** How many letters must be put in, taken out or changed: the textbook table, one row at a time. */
function distance(one: string, other: string): number {
  let row = Array.from({ length: other.length + 1 }, (_, at) => at)
  for (const [i, letter] of [...one].entries()) {
    const next = [i + 1]
    for (const [j, each] of [...other].entries())
      next.push(
        Math.min((row[j + 1] ?? 0) + 1, (next[j] ?? 0) + 1, (row[j] ?? 0) + (letter === each ? 0 : 1)),
      )
    row = next
  }
  return row.at(-1) ?? 0
}
