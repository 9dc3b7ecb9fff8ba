// Parameter fields that several operations share, each with the words its documentation shows.
import { z } from 'zod'
import { limits } from '../kit/limits.ts'
import { roles } from '../model/memory.ts'
import { wakeDepths } from '../model/profile.ts'
import { isBlank } from '../text/blank.ts'

/** Optional on the wire: absent and null mean the same. */
export function optional<T extends z.ZodType>(schema: T) {
  return schema.nullish().transform((value) => value ?? undefined)
}

export const memoryId = z
  .string()
  .min(1)
  .max(limits.idCharsMax)
  .describe('A record id, as other methods return it.')

export const memoryIds = z.array(memoryId).min(1).max(limits.idsPerCallMax).describe('Record ids.')

export const sessionId = z
  .string()
  .max(limits.idCharsMax)
  .describe("The host's own session id; '-' when there is none.")

export const client = z
  .string()
  .min(1)
  .max(limits.idCharsMax)
  .describe("The host program: 'opencode', 'claude-code', 'codex', …")

export const role = z
  .enum(roles)
  .describe('Who said it: user, assistant, tool, or note (told to the memory itself).')

export const text = z
  .string()
  .min(1)
  .max(limits.textCharsMax)
  .refine((given) => !isBlank(given), 'it is blank; send words that are worth keeping')
  .describe('The text, kept verbatim.')

export const saidAt = z
  .union([
    z.int().min(0).max(limits.timeMsMax),
    z.iso.datetime({ offset: true }).transform((iso) => Date.parse(iso)),
  ])
  .describe('When it was said: milliseconds since 1970, or ISO 8601. Default: now.')

export const wakeDepth = z.enum(wakeDepths)

export const cwd = z
  .string()
  .min(1)
  .max(limits.pathCharsMax)
  .describe('Working directory; its project is found from it.')

export const project = z
  .string()
  .min(1)
  .max(limits.pathCharsMax)
  .describe(
    "A project key, as session_list shows it; goes before 'cwd'. 'global' is what belongs to no project.",
  )

export const after = optional(
  z
    .string()
    .min(1)
    .max(limits.idCharsMax)
    .describe('Continue after this: `next` of the page before, or a record id.'),
)

/** Where a call looks or writes: named project, else the directory's, else the session's, else 'global'. */
export const scopeFields = {
  cwd: optional(cwd),
  project: optional(project),
  session_id: optional(sessionId),
  client: optional(client),
}

export const allProjects = optional(z.boolean().describe('Look in every project; default false.'))

export const isoTime = z.string().describe('ISO 8601, UTC.')
