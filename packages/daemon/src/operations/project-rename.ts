import { z } from 'zod'
import { limits } from '../kit/limits.ts'
import { isBlank } from '../text/blank.ts'
import { defineOperation } from './operation.ts'
import { projectName, projectNamed, projectView, projectViewOf, refuseGlobal } from './project-view.ts'

export const projectRename = defineOperation({
  name: 'project_rename',
  access: 'write',
  summary: 'Call a project something else. Its key stays what it was found by.',
  params: z.strictObject({
    project: projectName,
    name: z
      .string()
      .max(limits.projectNameCharsMax)
      .refine((name) => !isBlank(name), 'it is blank; say what the project is called'),
  }),
  result: projectView,
  example: { project: 'git:example.org/ada/shop', name: 'the shop' },
  async run({ store }, params) {
    const project = await projectNamed(store, params.project)
    refuseGlobal(project, 'called something else')
    await store.renameProject(project.key, params.name.trim())
    return projectViewOf(await projectNamed(store, project.key))
  },
})
