// The session context as one block of text for a system prompt. Its form is a byte-level contract with clients.
// What a memory says was made unable to forge this structure earlier, when the layers were assembled.

/** The part of session_start_payload that has a text form. Missing and foreign values are left out. */
export interface SessionLayers {
  readonly l0?: unknown
  readonly l1?: unknown
  readonly rich_club?: unknown
  readonly l2?: unknown
  readonly identity_pointer?: unknown
  readonly compact_handle?: unknown
  readonly brain_handle?: unknown
  readonly topic_cluster_hint?: unknown
}

/** Blocks joined by one blank line, no newline at the end; '' when there is nothing to say. Pure. */
export function sessionText(payload: SessionLayers): string {
  const episodes = Array.isArray(payload.l2) ? payload.l2 : []
  const handles = [
    payload.identity_pointer,
    payload.compact_handle,
    payload.brain_handle,
    payload.topic_cluster_hint,
  ].filter(isSaid)
  return [
    ...block('L0 Identity', payload.l0),
    ...block('L1 Recent Summary', payload.l1),
    ...block('Rich Club', payload.rich_club),
    ...episodes.flatMap((item) =>
      block('L2 Episode', typeof item === 'string' ? item : JSON.stringify(item)),
    ),
    ...block('Handles', handles.join(' ')),
  ].join('\n\n')
}

function block(title: string, value: unknown): string[] {
  return isSaid(value) ? [`## ${title}\n${value.trim()}`] : []
}

function isSaid(value: unknown): value is string {
  return typeof value === 'string' && value.trim() !== ''
}
