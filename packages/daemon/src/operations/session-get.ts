import { z } from 'zod'
import { limits } from '../kit/limits.ts'
import { after, allProjects, client, cwd, optional, project, sessionId } from './fields.ts'
import { pageOf } from './listing.ts'
import { memoryView, viewOf } from './memory-view.ts'
import { noSuchSession } from './not-found.ts'
import { defineOperation } from './operation.ts'
import { visibleProjects } from './scope.ts'
import { sessionView, sessionViewOf } from './session-view.ts'

export const sessionGet = defineOperation({
  name: 'session_get',
  access: 'read',
  summary: 'One session and what was said in it, in order, a page at a time.',
  details:
    'A session may have gone on in another project: with `cwd` or `project`, only what was said there and outside any. Over MCP that is always so, for the project the agent works in, unless it names `all_projects`.',
  params: z.strictObject({
    session_id: sessionId,
    client: optional(client),
    cwd: optional(cwd),
    project: optional(project),
    all_projects: allProjects,
    limit: optional(z.int().min(1).max(limits.listLimitMax)),
    after,
  }),
  result: z.object({ session: sessionView, memories: z.array(memoryView), next: z.string().nullable() }),
  example: { session_id: 'ses_1', client: 'opencode' },
  async run(context, params) {
    const { store } = context
    const session = await store.session(params.client ?? null, params.session_id)
    if (session === null) throw noSuchSession(params.session_id)
    const limit = params.limit ?? limits.listLimitDefault
    const isScoped = params.cwd !== undefined || params.project !== undefined
    const where = { cwd: params.cwd, project: params.project, all_projects: params.all_projects }
    const projects = isScoped ? await visibleProjects(context, where) : null
    const filter = { projects, session: session.session, client: session.client, currentOnly: false }
    const { memories, next } = await pageOf(store, filter, { limit, order: 'oldest', after: params.after })
    return { session: sessionViewOf(session), memories: memories.map(viewOf), next }
  },
})
