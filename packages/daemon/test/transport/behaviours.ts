// What the wire contract promises, as data: what is sent, byte for byte, and what must come back. Every expectation is
// a literal, never a constant of the code under test. behaviours.test.ts runs each over the transports it names.
import { access } from './behaviours/access.ts'
import type { Behaviour } from './behaviours/behaviour.ts'
import { calls } from './behaviours/calls.ts'
import { framing } from './behaviours/framing.ts'
import { routing } from './behaviours/routing.ts'
import { socketFrames } from './behaviours/socket-frames.ts'

export const behaviours: readonly Behaviour[] = [...calls, ...routing, ...access, ...framing, ...socketFrames]
