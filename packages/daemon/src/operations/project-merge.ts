import { z } from 'zod'
import { AppError } from '../kit/errors.ts'
import { defineOperation } from './operation.ts'
import { projectName, projectNamed, projectView, projectViewOf, refuseGlobal } from './project-view.ts'

export const projectMerge = defineOperation({
  name: 'project_merge',
  access: 'write',
  summary: 'Say that two projects are one: everything of the first becomes part of the second, for good.',
  details:
    'For what cannot be recognised: a folder that was copied to another disk, a repository that moved to another host. What is captured in the folder of the first from then on is of the second too. Sessions are digested again in the background, and facts of both compared.',
  params: z.strictObject({ from: projectName, into: projectName }),
  result: z.object({ from: z.string(), into: projectView }),
  example: { from: 'path:/home/ada/old-shop', into: 'git:example.org/ada/shop' },
  async run({ store, contextCache }, params) {
    const from = await projectNamed(store, params.from)
    const into = await projectNamed(store, params.into)
    refuseGlobal(from, 'merged into another')
    refuseGlobal(into, 'merged with one')
    const outcome = await store.mergeProjects(from.key, into.key)
    if (outcome === 'same') {
      throw new AppError('invalid_params', "'from' and 'into' are one project already; nothing was changed")
    }
    contextCache.clear()
    return { from: from.key, into: projectViewOf(await projectNamed(store, into.key)) }
  },
})
