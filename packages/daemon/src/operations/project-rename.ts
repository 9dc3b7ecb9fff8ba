import { z } from 'zod'
import { AppError } from '../kit/errors.ts'
import { limits } from '../kit/limits.ts'
import { toldName } from '../kit/told-name.ts'
import type { KnownProject } from '../model/project.ts'
import type { Store } from '../store/store.ts'
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
    const name = params.name.trim()
    await refuseTaken(store, project, name)
    await store.renameProject(project.key, name)
    return projectViewOf(await projectNamed(store, project.key))
  },
})

/** Two of one name could only be told apart by their keys from then on. Folders of one name may well be two projects. */
async function refuseTaken(store: Store, { key }: KnownProject, name: string): Promise<void> {
  const other = (await store.projects()).find((each) => each.key !== key && each.name === name)
  if (other === undefined) return
  throw new AppError(
    'invalid_params',
    `${toldName(other.key)} is called '${toldName(name)}' already; choose another name, or merge the two if they are one`,
  )
}
