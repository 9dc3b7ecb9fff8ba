// stand-in until the transport's own lands
import type { SessionPayload } from './payload.ts'

export function sessionText(payload: SessionPayload): string {
  const blocks = [
    ['## L0 Identity', payload.l0],
    ['## L1 Recent Summary', payload.l1],
    ['## Rich Club', payload.rich_club],
    ...payload.l2.map((item) => ['## L2 Episode', item] as const),
    [
      '## Handles',
      [payload.identity_pointer, payload.compact_handle, payload.brain_handle, payload.topic_cluster_hint]
        .filter((h) => h.trim() !== '')
        .join(' '),
    ],
  ] as const
  return blocks
    .filter(([, text]) => text.trim() !== '')
    .map(([header, text]) => `${header}\n${text.trim()}`)
    .join('\n\n')
}
