// The session context as it goes over the wire: twelve keys, always all of them.
import type { WakeDepth } from '../model/profile.ts'

export const breakpointMarker = '--<cache-breakpoint>--'

export interface SessionPayload {
  /** who the user is and how they like to work */
  readonly l0: string
  /** what happened lately in this project, one line a session */
  readonly l1: string
  /** verbatim excerpts worth having in front */
  readonly l2: readonly string[]
  /** the key memories: pinned first, then facts and what is most relied on */
  readonly rich_club: string
  /** tokens of the layers; unchanged while they are byte-stable */
  readonly total_cached_tokens: number
  /** tokens of the handles */
  readonly total_dynamic_tokens: number
  readonly breakpoint_marker: typeof breakpointMarker
  readonly identity_pointer: string
  readonly brain_handle: string
  readonly topic_cluster_hint: string
  readonly compact_handle: string
  readonly wake_depth: WakeDepth
}
