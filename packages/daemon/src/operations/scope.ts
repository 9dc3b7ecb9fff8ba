// One rule for which project a call is about, for writing and for reading: named project, else the working
// directory's, else the session's, else 'global'. Crossing projects is always explicit.
import { globalProject } from '../model/project.ts'
import { noSession } from '../model/session.ts'
import type { OperationContext } from './operation.ts'

export interface ScopeParams {
  readonly cwd?: string | undefined
  readonly project?: string | undefined
  readonly session_id?: string | undefined
  readonly client?: string | undefined
}

/** Client of callers that name none. */
export const noClient = 'unknown'

/** For reading: nothing is written down about a directory that is only asked about. */
export async function projectOf(context: OperationContext, params: ScopeParams): Promise<string> {
  if (params.project !== undefined) return context.store.projectKey({ key: params.project })
  if (params.cwd !== undefined) return context.store.projectKey(await context.projects.resolve(params.cwd))
  if (params.session_id === undefined || params.session_id === noSession) return globalProject
  const session = await context.store.session(params.client ?? null, params.session_id)
  return session?.project ?? globalProject
}

/** For writing: what is captured makes its project known, by name and reason. */
export async function projectToWrite(context: OperationContext, params: ScopeParams): Promise<string> {
  if (params.project !== undefined || params.cwd === undefined) return projectOf(context, params)
  const project = await context.projects.resolve(params.cwd)
  if (project.isGuess) {
    const known = await context.store.projectKey(project)
    if (known !== project.key) return known
  }
  await context.store.putProject(project)
  return project.key
}

/** Projects a read may see: the caller's and what belongs to none; null (all) only when asked for. */
export async function visibleProjects(
  context: OperationContext,
  params: ScopeParams & { readonly all_projects?: boolean | undefined },
): Promise<readonly string[] | null> {
  if (params.all_projects === true) return null
  const project = await projectOf(context, params)
  return project === globalProject ? [globalProject] : [project, globalProject]
}
