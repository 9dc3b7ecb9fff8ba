import { z } from 'zod'
import { AppError } from '../kit/errors.ts'
import type { Profile } from '../model/profile.ts'
import { defineOperation } from './operation.ts'
import { knob, profileView } from './profile-knobs.ts'

export const profileSet = defineOperation({
  name: 'profile_set',
  access: 'write',
  summary: "Change one of the user's settings; kept across restarts.",
  details:
    '`identity` is free text: who you are and how you like to work. It leads every session context; only you write it, so it is refused over MCP (`forbidden`).',
  params: z.strictObject({ knob, value: z.string() }),
  result: z.object({ status: z.literal('ok'), knob, value: z.string() }),
  example: { knob: 'identity', value: 'Ada. Backend engineer. Prefers small commits and plain SQL.' },
  async run({ store }, params) {
    const changes = profileView.partial().safeParse({ [params.knob]: params.value })
    if (!changes.success) {
      throw new AppError(
        'invalid_params',
        `param 'value': ${changes.error.issues[0]?.message ?? 'not valid'} for knob '${params.knob}'`,
      )
    }
    const profile = await store.setProfile(changes.data as Partial<Profile>)
    return { status: 'ok', knob: params.knob, value: profile[params.knob] } as const
  },
})
