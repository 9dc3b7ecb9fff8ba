import { z } from 'zod'
import { optional } from './fields.ts'
import { defineOperation } from './operation.ts'
import { knob, profileView } from './profile-knobs.ts'

export const profileGet = defineOperation({
  name: 'profile_get',
  access: 'read',
  summary: "The user's own settings and what they wrote about themselves.",
  details: 'With `knob`, that one only.',
  params: z.strictObject({ knob: optional(knob) }),
  result: profileView.partial(),
  example: {},
  async run({ store }, params) {
    const profile = await store.profile()
    return params.knob === undefined ? profile : { [params.knob]: profile[params.knob] }
  },
})
