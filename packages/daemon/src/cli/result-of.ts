// The type of an operation's result, for the commands that show it. Types only: no operation is loaded for it.
import type { z } from 'zod'

export type ResultOf<Op extends { readonly result: z.ZodType }> = z.output<Op['result']>
