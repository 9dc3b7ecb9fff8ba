// Statements of exports and of taking them in.

/** Those that others were merged into come before them. */
export const everyProject = `
  SELECT p.key, p.name, p.reason, p.given_name, i.key AS merged_into
  FROM project p LEFT JOIN project i ON i.seq = p.merged_into ORDER BY p.merged_into IS NOT NULL, p.seq`

const everyMemory = `
  SELECT
    m.seq, m.id, m.role, m.kind, m.trust, m.said_at, m.stored_at, m.pin, m.reinforced, m.reinforced_at,
    m.superseded_by, m.superseded_at, m.message_id, m.speaker, m.text, p.key AS project, s.session, s.client,
    (SELECT group_concat(a.at) FROM said_again a WHERE a.memory = m.seq) AS said_again
  FROM memory m CROSS JOIN project p ON p.seq = m.project CROSS JOIN session s ON s.seq = m.session`
export const everyMemoryInOrder = `${everyMemory} ORDER BY m.seq`
export const memoryWithId = `${everyMemory} WHERE m.id = $id`

export const everySession = `SELECT client, session, closed_at, parent FROM session WHERE session <> '-' ORDER BY seq`
/** $kind: that of dismissals. A row for each memory that it names. */
export const everyDismissal = `
  SELECT d.id, p.key AS project, m.id AS memory FROM derived d
  CROSS JOIN project p ON p.seq = d.project
  CROSS JOIN derived_source c ON c.derived = d.seq
  CROSS JOIN memory m ON m.seq = c.memory
  WHERE d.kind = $kind ORDER BY d.seq, m.seq`
export const everyProfileEntry = `SELECT name, value FROM profile ORDER BY name`

export const setWhatWasExported = `
  UPDATE memory SET reinforced = $reinforced, reinforced_at = $reinforcedAt, superseded_by = $supersededBy,
    superseded_at = $supersededAt
  WHERE seq = $seq`
/** What the store knows itself goes before what it is told. */
export const fillSession = `
  UPDATE session SET closed_at = coalesce(closed_at, $closedAt), parent = coalesce(parent, $parent)
  WHERE client = $client AND session = $session`
export const fillGivenName = `UPDATE project SET given_name = coalesce(given_name, $name) WHERE key = $key`
export const fillProfile = `INSERT INTO profile (name, value) VALUES ($name, $value) ON CONFLICT DO NOTHING`

export const passOnSuccession = `UPDATE memory SET superseded_by = $to WHERE superseded_by = $from AND id <> $to`
/** Nothing is superseded by what is not there. */
export const endSuccession = `
  UPDATE memory SET superseded_by = NULL, superseded_at = NULL WHERE superseded_by = $from RETURNING session`
