// The statements of checking.ts.

export const countMemories = `SELECT count(*) AS total FROM memory`

export const countFromTheFuture = `
  SELECT count(*) AS future FROM memory INDEXED BY memory_by_time WHERE said_at > $from`

export const nextMemory = `SELECT seq, id, speaker, text FROM memory WHERE seq > $after ORDER BY seq LIMIT 1`

export const passagesOf = `
  SELECT seat, "start", "end", surface, terms FROM passage WHERE memory = $memory ORDER BY seat`
