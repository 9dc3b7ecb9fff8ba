import { z } from 'zod'
import { defineOperation } from './operation.ts'
import { projectName, projectNamed, projectView, projectViewOf } from './project-view.ts'

export const projectGet = defineOperation({
  name: 'project_get',
  access: 'read',
  summary: 'One project, by its key or name.',
  params: z.strictObject({ project: projectName }),
  result: projectView,
  example: { project: 'shop' },
  async run({ store }, { project }) {
    return projectViewOf(await projectNamed(store, project))
  },
})
