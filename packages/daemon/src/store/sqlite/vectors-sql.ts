// The tables of vectors (store/vectors.ts), and their statements.

export const vectorSchema = `
  -- Who makes the vectors that count: one row. Numbers only rise, so that what an earlier one made is told apart.
  CREATE TABLE embedder (
    seq  INTEGER PRIMARY KEY,
    id   TEXT NOT NULL
  );

  -- Codes apart from rows: every start reads all codes, a recall reads a few rows. Both go with their passage.
  CREATE TABLE vector_code (
    seat      INTEGER PRIMARY KEY REFERENCES passage (seat) ON DELETE CASCADE,
    embedder  INTEGER NOT NULL,
    code      BLOB NOT NULL
  );
  CREATE TABLE vector_row (
    seat      INTEGER PRIMARY KEY REFERENCES passage (seat) ON DELETE CASCADE,
    embedder  INTEGER NOT NULL,
    "row"     BLOB NOT NULL
  );
`

export const embedderInUse = `SELECT seq, id FROM embedder`
export const insertEmbedder = `INSERT INTO embedder (seq, id) VALUES ($seq, $id)`
export const deleteEmbedder = `DELETE FROM embedder WHERE seq = $seq`
export const setMeasured = `UPDATE embedder SET measured = $measured WHERE id = $id`
export const measuredOf = `SELECT measured FROM embedder WHERE id = $id`

export const memoryAfter = `
  SELECT m.seq, m.id, p.key AS project, m.text FROM memory m CROSS JOIN project p ON p.seq = m.project
  WHERE m.seq > $after ORDER BY m.seq LIMIT 1`
export const firstPassages = `
  SELECT seat, "start", "end" FROM passage WHERE memory = $memory ORDER BY seat LIMIT $limit`
export const memorySeq = `SELECT seq FROM memory WHERE id = $id`
export const lastMemorySeq = `SELECT coalesce(max(seq), 0) AS seq FROM memory`

/** Only while the memory still sits there: seats are given again. */
export const isSeatOf = `SELECT 1 FROM passage WHERE seat = $seat AND memory = $memory`
export const deleteCodes = `
  DELETE FROM vector_code WHERE seat IN (SELECT seat FROM passage WHERE memory = $memory) AND embedder <> $embedder`
export const deleteRows = `
  DELETE FROM vector_row WHERE seat IN (SELECT seat FROM passage WHERE memory = $memory) AND embedder <> $embedder`
export const putCode = `
  INSERT INTO vector_code (seat, embedder, code) VALUES ($seat, $embedder, $code)
  ON CONFLICT (seat) DO UPDATE SET embedder = excluded.embedder, code = excluded.code`
export const putRow = `
  INSERT INTO vector_row (seat, embedder, "row") VALUES ($seat, $embedder, $row)
  ON CONFLICT (seat) DO UPDATE SET embedder = excluded.embedder, "row" = excluded."row"`

export const firstCodeAfter = `
  SELECT seat FROM vector_code WHERE seat > $after AND embedder = $embedder ORDER BY seat LIMIT 1`
export const codesWithin = `
  SELECT seat, code FROM vector_code
  WHERE seat BETWEEN $from AND $to AND embedder = $embedder ORDER BY seat LIMIT $limit`
/**
 * $ranges: pairs of seats. Told as a string and one blob: some hundred rows, each with a buffer, take four times as long.
 * Joining blobs as text and casting both ways leaves their bytes as they are, whatever text they would make.
 */
export const rowsWithin = `
  SELECT group_concat(v.seat) AS seats, CAST(group_concat(CAST(v."row" AS TEXT), '') AS BLOB) AS "rows"
  FROM json_each($ranges) r
  CROSS JOIN vector_row v ON v.seat BETWEEN r.value ->> 0 AND r.value ->> 1
  WHERE v.embedder = $embedder`
export const projectKey = `
  SELECT p.key FROM project s CROSS JOIN project p ON p.seq = coalesce(s.merged_into, s.seq) WHERE s.seq = $seq`
