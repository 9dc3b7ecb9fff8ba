// Parameter fields that several operations share, each with the words its documentation shows.
import { isAbsolute } from 'node:path'
import { z } from 'zod'
import { limits } from '../kit/limits.ts'
import { roles } from '../model/memory.ts'
import { wakeDepths } from '../model/profile.ts'
import { noSession } from '../model/session.ts'
import { isBlank } from '../text/blank.ts'

/** Optional on the wire: absent and null mean the same. */
export function optional<T extends z.ZodType>(schema: T) {
  return schema.nullish().transform((value) => value ?? undefined)
}

/**
 * Names that older clients send with a method and that change nothing here. Every other unknown name is refused: a
 * misspelt `project` must not quietly mean another one.
 */
export function fromOlderClients<const Name extends string>(...names: readonly Name[]) {
  const unused = z.unknown().optional().describe('Accepted from older clients, not used.')
  return Object.fromEntries(names.map((name) => [name, unused])) as Record<Name, typeof unused>
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

export const oneSession = sessionId
  .min(1)
  .refine((id) => id !== noSession, "'-' is no session; name the one that is meant")

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

export const pointInTime = z.union(
  [
    z.int().min(0).max(limits.timeMsMax),
    z.iso.datetime({ offset: true }).transform((iso) => Date.parse(iso)),
    z.iso.date().transform((day) => Date.parse(day)),
  ],
  'expected milliseconds since 1970, or ISO 8601 with its offset',
)

export const saidAt = pointInTime.describe(
  'When it was said: milliseconds since 1970, or ISO 8601. A day begins at midnight UTC. Default: now.',
)

export const wakeDepth = z.enum(wakeDepths)

export const cwd = z
  .string()
  .min(1)
  .max(limits.pathCharsMax)
  .refine((path) => isAbsolute(path) && !path.includes('\0'), 'expected an absolute path without NUL')
  .describe('Working directory, an absolute path; its project is found from it.')

/** As a number, or in the digits of a query string. */
export const tokenCount = z.union(
  [
    z.int().min(0),
    z
      .string()
      .regex(/^\d{1,9}$/)
      .transform(Number),
  ],
  'expected a whole number of at least 0',
)

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
