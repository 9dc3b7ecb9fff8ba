// The knobs of the profile and what each may be set to.
import { z } from 'zod'
import { limits } from '../kit/limits.ts'
import { literalPreservations, type Profile, taskSupports, wakeDepths } from '../model/profile.ts'

export const profileView = z.object({
  identity: z.string().max(limits.identityCharsMax),
  wake_depth: z.enum(wakeDepths),
  literal_preservation: z.enum(literalPreservations),
  task_support: z.enum(taskSupports),
}) satisfies z.ZodType<Profile>

export const knob = profileView
  .keyof()
  .describe('identity, wake_depth, literal_preservation or task_support.')
