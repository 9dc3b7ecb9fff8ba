import { z } from 'zod'
import { cwd } from './fields.ts'
import { defineOperation } from './operation.ts'
import { projectView, projectViewOf } from './project-view.ts'

export const projectWhy = defineOperation({
  name: 'project_why',
  access: 'read',
  summary: 'Which project a directory belongs to, and why.',
  details:
    'A project is its git remote, else its first commit, else its path. `found` is what the directory says; `project` is what is kept under that, null when nothing is yet. They differ when projects were merged (`merged`), and when a folder was moved, or got its first commit or remote, and nothing was captured in it since (`moved`). While the repository cannot be asked, `project` is what the folder was last known as (`guessed`).',
  params: z.strictObject({ cwd }),
  result: z.object({
    cwd: z.string(),
    found: z.object({ key: z.string(), name: z.string(), reason: z.string() }),
    project: projectView.nullable(),
    differs: z.enum(['merged', 'moved', 'guessed']).nullable(),
  }),
  example: { cwd: '/home/ada/shop/src' },
  async run({ store, projects }, params) {
    const found = await projects.resolve(params.cwd)
    const { key, name, reason, isGuess } = found
    const keptAs = await store.projectKey(found)
    const project = (await store.projects()).find((each) => each.key === keptAs)
    const isMerged = project?.merged.includes(key) === true
    return {
      cwd: params.cwd,
      found: { key, name, reason },
      project: project === undefined ? null : projectViewOf(project),
      differs: keptAs === key ? null : isGuess ? 'guessed' : isMerged ? 'merged' : 'moved',
    } as const
  },
})
