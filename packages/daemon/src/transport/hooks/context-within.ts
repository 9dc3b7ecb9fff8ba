// The session context, short enough for a hook. Hosts take so much from one hook and no more: Claude Code puts a longer
// text into a file and shows its first lines, Codex cuts out the middle. So a longer one is asked for again, smaller.
import type { SessionPayload } from '../../context/payload.ts'
import { sessionText } from '../../context/session-text.ts'
import { limits } from '../../kit/limits.ts'

/** Text of at most `bytesMax`; '' when there is none. `ask` takes a budget in tokens, undefined for the depth's own. */
export async function contextWithin(
  bytesMax: number,
  ask: (budgetTokens: number | undefined) => Promise<unknown>,
): Promise<string> {
  let budget: number | undefined
  for (let tries = 0; tries < limits.hookContextTriesMax; tries += 1) {
    const payload = (await ask(budget)) as SessionPayload
    // Handles alone are nothing that a model could use.
    if (payload.total_cached_tokens === 0) return ''
    const text = sessionText(payload)
    const bytes = Buffer.byteLength(text)
    if (bytes <= bytesMax) return text
    const tokens = payload.total_cached_tokens + payload.total_dynamic_tokens
    budget = Math.floor(Math.min(tokens, budget ?? tokens) * (bytesMax / bytes) * budgetMargin)
  }
  return ''
}

/** Bytes for a token differ from text to text. */
const budgetMargin = 0.95
