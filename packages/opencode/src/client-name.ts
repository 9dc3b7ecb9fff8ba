// What this host is called in the memory: session ids are only its own.
export const clientName = 'opencode'
