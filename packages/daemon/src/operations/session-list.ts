import { z } from 'zod'
import { limits } from '../kit/limits.ts'
import { allProjects, client, cwd, optional, pointInTime, project } from './fields.ts'
import { defineOperation } from './operation.ts'
import { visibleProjects } from './scope.ts'
import { sessionView, sessionViewOf } from './session-view.ts'

export const sessionList = defineOperation({
  name: 'session_list',
  access: 'read',
  summary: 'Sessions of a project, the latest first.',
  params: z.strictObject({
    cwd: optional(cwd),
    project: optional(project),
    all_projects: allProjects,
    client: optional(client),
    before: optional(pointInTime.describe('Only sessions that began before this time.')),
    limit: optional(z.int().min(1).max(limits.listLimitMax)),
  }),
  result: z.object({ sessions: z.array(sessionView) }),
  example: { cwd: '/home/ada/shop', limit: 10 },
  async run(context, params) {
    const sessions = await context.store.sessions({
      projects: await visibleProjects(context, { ...params, client: undefined }),
      client: params.client,
      startedBefore: params.before,
      limit: params.limit ?? limits.listLimitDefault,
    })
    return { sessions: sessions.map(sessionViewOf) }
  },
})
