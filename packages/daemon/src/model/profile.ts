// The user's own settings. `identity` is text that the user wrote about themselves; the rest are knobs.

export const wakeDepths = ['minimal', 'standard', 'deep'] as const
export type WakeDepth = (typeof wakeDepths)[number]

export const literalPreservations = ['strong', 'medium', 'loose'] as const
export const taskSupports = ['cued_recognition', 'free_recall'] as const

export interface Profile {
  readonly identity: string
  readonly wake_depth: WakeDepth
  readonly literal_preservation: (typeof literalPreservations)[number]
  readonly task_support: (typeof taskSupports)[number]
}

export const defaultProfile: Profile = {
  identity: '',
  // What existing clients get when they name no depth; the plugin, the hooks and the CLI ask for more by name.
  wake_depth: 'minimal',
  literal_preservation: 'strong',
  task_support: 'cued_recognition',
}
