// Statements of backups, key changes and restores: what identifies a store and its content, and what two stores share.

export const storeSecret = `SELECT value FROM secret WHERE name = 'forgotten'`

/** One row that changes whenever anything does that a user would miss. Without events: the daemon writes them itself. */
export const contentState = `
  SELECT
    (SELECT group_concat(name || '=' || value, ' ' ORDER BY name) FROM counter) AS counters,
    (SELECT count(*) FROM said_again) AS said_again,
    (SELECT count(*) FROM forgotten) AS forgotten,
    (SELECT count(*) || ' ' || total(closed_at) || ' ' || count(parent) FROM session) AS sessions,
    (SELECT count(*) FROM project) AS projects,
    (SELECT group_concat(name || '=' || hex(value), ' ' ORDER BY name) FROM profile) AS profile`

export const contentFigures = `
  SELECT
    (SELECT count(*) FROM memory) AS memories,
    (SELECT count(*) FROM session WHERE session <> '-') AS sessions,
    (SELECT max(said_at) FROM memory) AS newest_said_at,
    (SELECT count(*) FROM forgotten) AS forgotten`

/** What can change about a memory that stays. */
const marks = `json_array(m.pin, m.reinforced, hex(m.superseded_by), m.superseded_at) AS marks`

export const heldNewestFirst = `
  SELECT m.id, m.role, m.said_at, ${marks} FROM memory m ORDER BY m.said_at DESC, m.seq DESC`
export const marksOfMemory = `SELECT ${marks} FROM memory m WHERE m.id = $id`
export const isHeld = `SELECT 1 FROM memory WHERE id = $id`
export const everythingSaid = `
  SELECT m.id, m.kind, s.client, s.session, m.text
  FROM memory m CROSS JOIN session s ON s.seq = m.session ORDER BY m.seq`
export const everythingForgotten = `SELECT digest, id, at FROM forgotten ORDER BY digest`

/** Digests made under another store's secret are kept beside it, under a name of its own. */
export const otherSecrets = `SELECT name, value FROM secret WHERE name GLOB 'forgotten:*' ORDER BY name`
export const addSecret = `INSERT INTO secret (name, value) VALUES ($name, $value) ON CONFLICT DO NOTHING`
