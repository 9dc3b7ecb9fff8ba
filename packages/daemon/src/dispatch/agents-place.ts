// Where an agent that asks over MCP stands: the project it works in, which alone it may write to, and the projects that
// one question of its looks into.
import { globalProject, type Project } from '../model/project.ts'
import type { OperationContext } from '../operations/operation.ts'
import { visibleProjects } from '../operations/scope.ts'
import type { Params } from './dispatch.ts'

export interface AgentsPlace {
  /** Key of the project it works in. */
  own(): Promise<string>
  /** Makes that project known, as capturing in it does. */
  enter(): Promise<void>
  /** Keys of the projects that it asks about; null: all, which it has to name. */
  reach(): Promise<readonly string[] | null>
}

/**
 * The host's word on the directory goes before the model's, which counts only where the host says nothing. A question may
 * name another project to look into; that is crossing over, and it is asked for.
 */
export function agentsPlace(context: OperationContext, cwd: string | undefined, params: Params): AgentsPlace {
  const { store, projects } = context
  const place = cwd ?? text(params.cwd)
  let found: Promise<Project> | null = null
  const project = (): Promise<Project> | null => {
    if (place !== undefined) found ??= projects.resolve(place)
    return found
  }
  return {
    async own() {
      const here = await project()
      return here === null ? globalProject : store.projectKey(here)
    },
    async enter() {
      const here = await project()
      if (here !== null) await store.putProject(here)
    },
    reach: () =>
      visibleProjects(context, {
        cwd: text(params.cwd) ?? cwd,
        project: text(params.project),
        all_projects: params.all_projects === true,
      }),
  }
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined
}
