// Statements that search: which seats hold what, what the passages there are made of, who sits in them, how common words
// are. Written out and bound as in sql.ts.
import { memoryColumnsBesideText, withProjectAndSession } from './sql.ts'

/** SearchScope beyond its seats; only what the passage and its chapter say is looked at. */
const passesScope = `
  ($roles >> g.role) & 1
  AND ($kinds >> g.kind) & 1
  AND g.said_at >= $since AND g.said_at < $until
  AND ($sessions IS NULL OR c.session IN (SELECT value FROM json_each($sessions)))
  AND ($client IS NULL OR (SELECT s.client FROM session s WHERE s.seq = c.session) = $client)
  AND ($pin = 0 OR g.memory IN (
    SELECT p.seq FROM memory p INDEXED BY memory_pinned
    WHERE p.pin IS NOT NULL AND (p.pin = $pin OR $pin = 3)))`

// The casts make the bounds integers: numbers are bound as doubles, and FTS5 takes a bound that is one for none, so that
// it lists every posting of the store for SQLite to throw most of them away (32 ms instead of 2 in one project of 50).
const postings = `
  SELECT rowid AS seat FROM passage_index
  WHERE passage_index MATCH $match AND rowid BETWEEN CAST($from AS INTEGER) AND CAST($to AS INTEGER)
  ORDER BY rowid DESC LIMIT $limit`

export const seatsThatMatch = postings

/** The scope is applied to what was listed: a filter that lets little through must not make the listing longer. */
export const seatsThatMatchInScope = `
  SELECT i.seat FROM (${postings}) i
  CROSS JOIN passage g ON g.seat = i.seat
  CROSS JOIN chapter c ON c.seq = g.seat / 256
  WHERE ${passesScope}`

/** $seats is a JSON array. */
export const seatsInScope = `
  SELECT g.seat FROM json_each($seats) j
  CROSS JOIN passage g ON g.seat = j.value
  CROSS JOIN chapter c ON c.seq = g.seat / 256
  WHERE g.seat BETWEEN $from AND $to AND ${passesScope}
  ORDER BY g.seat DESC LIMIT $limit`

function seatsByTime(index: string, where: string): string {
  return `
    SELECT g.seat FROM memory m INDEXED BY ${index}
    CROSS JOIN passage g ON g.memory = m.seq
    CROSS JOIN chapter c ON c.seq = g.seat / 256
    WHERE ${where}
      AND m.said_at BETWEEN $first AND $last
      AND g.seat BETWEEN $from AND $to
      AND ${passesScope}
    ORDER BY m.said_at DESC, m.seq DESC LIMIT $limit`
}

/** $key is the project or session whose memories are walked. */
export const seatsSaidWithin = {
  ofSession: seatsByTime('memory_by_session', 'm.session = $key'),
  pinned: seatsByTime('memory_pinned', 'm.pin IS NOT NULL AND m.project = $key'),
  ofProject: seatsByTime('memory_by_project', 'm.project = $key'),
  all: seatsByTime('memory_by_time', 'TRUE'),
}

/** $ranges: pairs of seats, ascending. One statement for all of them: one for each would take a third longer. */
export const passageEvidence = `
  SELECT g.seat, g.role, g.speaker, g.said_at, g.surface, g.terms
  FROM json_each($ranges) r
  CROSS JOIN passage g ON g.seat BETWEEN r.value ->> 0 AND r.value ->> 1`

/** $chapters is a JSON array. */
export const chapterEvidence = `
  SELECT c.seq AS chapter, c.words, s.session,
    NOT EXISTS (SELECT 1 FROM chapter e WHERE e.session = c.session AND e.seq < c.seq) AS opens
  FROM json_each($chapters) j
  CROSS JOIN chapter c ON c.seq = j.value
  CROSS JOIN session s ON s.seq = c.session`

/**
 * Of a text longer than $textBytes, the head where the passage is surely in it: a UTF-16 unit is three bytes at most. The
 * length in bytes is known without reading the text. As bytes, because SQLite's characters end at a NUL.
 */
export const occupantOfSeat = `
  SELECT g."start", g."end", ${memoryColumnsBesideText},
    octet_length(m.text) > $textBytes AS is_long, typeof(m.text) = 'text' AS is_utf8,
    octet_length(m.text) > $textBytes AND g."end" * 3 <= $textBytes AS is_head,
    CASE WHEN octet_length(m.text) > $textBytes AND g."end" * 3 <= $textBytes
      THEN substr(CAST(m.text AS BLOB), 1, $textBytes) ELSE m.text END AS text
  FROM passage g CROSS JOIN memory m ON m.seq = g.memory ${withProjectAndSession}
  WHERE g.seat = $seat`

export const passagesWithTerm = `
  SELECT sum(t.passages) AS passages FROM project p CROSS JOIN term t ON t.project = p.seq AND t.term = $term`
export const passagesWithTermInProject = `SELECT passages FROM term WHERE term = $term AND project = $project`

const wordTotals = `total(passages) AS passages, total(words) AS words, total(chapters) AS chapters`
export const wordsOfAll = `SELECT ${wordTotals} FROM project_words`
export const wordsOfProject = `SELECT ${wordTotals} FROM project_words WHERE project = $project`
