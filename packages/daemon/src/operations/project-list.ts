import { z } from 'zod'
import { defineOperation } from './operation.ts'
import { projectView, projectViewOf } from './project-view.ts'

export const projectList = defineOperation({
  name: 'project_list',
  access: 'read',
  summary: 'The projects in which something is held, the latest first.',
  params: z.strictObject({}),
  result: z.object({ projects: z.array(projectView) }),
  example: {},
  async run({ store }) {
    const known = await store.projects()
    const latestFirst = known.toSorted((a, b) => (b.lastAt ?? 0) - (a.lastAt ?? 0))
    return { projects: latestFirst.map(projectViewOf) }
  },
})
