// Holds the start of a session against what a good colleague would have said.
import { type AssembledContext, assembleContext } from '../../packages/daemon/src/context/assemble.ts'
import type { ContextMaterial } from '../../packages/daemon/src/context/material.ts'
import { sessionText } from '../../packages/daemon/src/context/session-text.ts'
import { countTokens } from '../../packages/daemon/src/text/tokens.ts'
import type { History } from './histories.ts'

export interface Judged {
  /** Wanted words that are nowhere in it. */
  readonly missing: readonly string[]
  /** Unwanted words among what holds and what happened. */
  readonly outdated: readonly string[]
  readonly tokens: number
}

export function startOf(material: ContextMaterial, budgetTokens?: number): AssembledContext {
  return assembleContext(material, { depth: 'standard', budgetTokens })
}

export function judge(
  { wanted, unwanted }: History,
  material: ContextMaterial,
  budgetTokens?: number,
): Judged {
  const { payload } = startOf(material, budgetTokens)
  const text = sessionText(payload)
  const inFront = [payload.l0, payload.l1, payload.rich_club].join('\n')
  return {
    missing: wanted.filter((words) => !text.includes(words)),
    outdated: unwanted.filter((words) => inFront.includes(words)),
    tokens: countTokens(text),
  }
}
