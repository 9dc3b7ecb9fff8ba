// Sessions as resources: what was said in one, readable by its address, for hosts that let the user attach context.

import { limits } from '../../kit/limits.ts'
import { sessionGet } from '../../operations/session-get.ts'
import { sessionList } from '../../operations/session-list.ts'
import { rememberedLine } from '../../text/remembered.ts'
import type { ToolContext } from './tool.ts'
import { saidOfTurns, sessionText, titleOfSession } from './tool-views.ts'

export const sessionUriTemplate = 'iai-mcp://session/{client}/{session_id}'
export const sessionMimeType = 'text/markdown'

export interface SessionResource {
  readonly uri: string
  readonly name: string
  readonly title: string
  readonly mimeType: string
}

/** The latest sessions of the project that the host works in. */
export async function listSessionResources({ call, scope }: ToolContext): Promise<SessionResource[]> {
  const { sessions } = await call(sessionList, { cwd: scope.cwd, limit: limits.mcpResourcesListedMax })
  return sessions.map(titleOfSession).map(({ client, session_id, title, started_at }) => ({
    uri: sessionUri(client, session_id),
    name: rememberedLine(`${client} ${session_id}`),
    title: `${started_at.slice(0, 10)} ${rememberedLine(title || session_id)}`,
    mimeType: sessionMimeType,
  }))
}

/** Null when `uri` is none of ours. Rejects with `not_found` when there is no such session. */
export async function readSessionResource(uri: string, { call, scope }: ToolContext): Promise<string | null> {
  const address = parseSessionUri(uri)
  if (address === null) return null
  const page = await call(sessionGet, { ...address, cwd: scope.cwd, limit: limits.mcpResourceTurnsMax })
  const turns = saidOfTurns(page.memories, limits.mcpResourceTokensMax)
  return sessionText(titleOfSession(page.session), turns, page.next)
}

function sessionUri(client: string, sessionId: string): string {
  return `iai-mcp://session/${encodeURIComponent(client)}/${encodeURIComponent(sessionId)}`
}

function parseSessionUri(uri: string): { client: string; session_id: string } | null {
  const [, client = '', sessionId = ''] = /^iai-mcp:\/\/session\/([^/?#]+)\/([^/?#]+)$/.exec(uri) ?? []
  try {
    return sessionId === ''
      ? null
      : { client: decodeURIComponent(client), session_id: decodeURIComponent(sessionId) }
  } catch {
    return null // not percent-encoding
  }
}
