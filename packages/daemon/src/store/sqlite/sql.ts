// The statements that read and change the rows of memories, sessions and the text index, named. Columns are listed, values
// are bound, nothing is composed from input: where a statement has variants, all of them are written out. The schema is in
// migrations.ts; searching, projects, vectors, what is derived and archives have files of their own (*-sql.ts).

/** Of `m`, with `p` and `s` beside it. */
export const memoryColumnsBesideText = `
  m.seq, m.id, m.role, m.kind, m.trust, m.said_at, m.stored_at, m.pin, m.reinforced, m.superseded_by,
  m.superseded_at, m.message_id, m.speaker, p.key AS project, s.session, s.client,
  (SELECT group_concat(a.at) FROM said_again a WHERE a.memory = m.seq) AS said_again`
const memoryColumns = `${memoryColumnsBesideText}, m.text`

// CROSS JOIN fixes the order: from the memory to its project and session, never the other way round.
export const withProjectAndSession = `
  CROSS JOIN project p ON p.seq = m.project
  CROSS JOIN session s ON s.seq = m.session`

/** MemoryFilter without its times; the parameters are made by memory-filter.ts. */
const passesFilter = `
  ($roles >> m.role) & 1
  AND ($kinds >> m.kind) & 1
  AND ($trusts >> m.trust) & 1
  AND ($anyAge OR m.superseded_at IS NULL)
  AND ($pin = 0 OR m.pin = $pin OR ($pin = 3 AND m.pin IS NOT NULL))
  AND ($projects IS NULL OR m.project IN (SELECT value FROM json_each($projects)))
  AND ($sessions IS NULL OR m.session IN (SELECT value FROM json_each($sessions)))
  AND ($client IS NULL OR s.client = $client)`

// ---- reading memories

export const memoryById = `
  SELECT ${memoryColumns} FROM memory m ${withProjectAndSession} WHERE m.id = $id`

export const idsBetween = `
  SELECT id FROM memory WHERE id BETWEEN $first AND $last ORDER BY id LIMIT $max`

export const positionOfMemory = `
  SELECT seq, said_at FROM memory WHERE id = $id`

function listing(index: string, where: string, order: 'newest' | 'oldest'): string {
  const [beyond, direction] = order === 'newest' ? ['<', 'DESC'] : ['>', 'ASC']
  return `
    SELECT ${memoryColumns}
    FROM memory m INDEXED BY ${index} ${withProjectAndSession}
    WHERE ${where}
      AND (m.said_at, m.seq) ${beyond} ($saidAt, $seq)
      AND m.said_at >= $since AND m.said_at < $until
      AND ${passesFilter}
    ORDER BY m.said_at ${direction}, m.seq ${direction}
    LIMIT $limit`
}

function bothOrders(index: string, where: string) {
  return { newest: listing(index, where, 'newest'), oldest: listing(index, where, 'oldest') }
}

/** One way into the memory table per kind of question; $key is the project or session whose rows are walked. */
export const listMemories = {
  ofSession: bothOrders('memory_by_session', 'm.session = $key'),
  pinned: bothOrders('memory_pinned', 'm.pin IS NOT NULL AND m.project = $key'),
  // One walk over the few pins there are, not one for each of hundreds of projects.
  pinnedAnywhere: bothOrders('memory_pinned', 'm.pin IS NOT NULL'),
  statements: bothOrders('memory_statement', 'm.kind <> 1 AND m.project = $key'),
  ofProject: bothOrders('memory_by_project', 'm.project = $key'),
  all: bothOrders('memory_by_time', 'TRUE'),
}

/** The facts of project $key. */
export const reliedOn = `
  SELECT ${memoryColumns} FROM memory m INDEXED BY memory_relied_on ${withProjectAndSession}
  WHERE m.project = $key AND m.reinforced > 0 AND m.kind <> 1 AND m.kind = 2 AND m.superseded_at IS NULL
  ORDER BY m.reinforced DESC, m.said_at DESC, m.seq DESC LIMIT $limit`

// ---- writing memories

export const insertMemory = `
  INSERT INTO memory (id, project, session, role, kind, trust, said_at, stored_at, pin, message_id, speaker, digest, text)
  VALUES ($id, $project, $session, $role, $kind, $trust, $saidAt, $storedAt, $pin, $messageId, $speaker, $digest, $text)`

const formsOfMessage = `
  SELECT m.seq, m.id, m.pin, m.superseded_at, m.text,
    max(m.said_at, coalesce((SELECT max(a.at) FROM said_again a WHERE a.memory = m.seq), m.said_at)) AS last_said
  FROM memory m WHERE m.session = $session AND m.message_id = $messageId`

const formColumns = `seq, id, pin, superseded_at, last_said`

export const newestForm = `
  SELECT ${formColumns} FROM (${formsOfMessage})
  ORDER BY superseded_at IS NULL DESC, last_said DESC, seq DESC LIMIT 1`

export const firstFormAfter = `
  SELECT ${formColumns} FROM (${formsOfMessage}) WHERE last_said > $time ORDER BY last_said, seq LIMIT 1`

export const formWithText = `
  SELECT ${formColumns} FROM (${formsOfMessage}) WHERE text = $text LIMIT 1`

export const currentStatement = `
  SELECT seq, id, said_at, pin FROM memory WHERE digest = $digest AND superseded_at IS NULL ORDER BY seq LIMIT 1`

export const addSaidAgain = `
  INSERT INTO said_again (memory, at) VALUES ($memory, $at) ON CONFLICT DO NOTHING`

export const memoryToSupersede = `
  SELECT seq, session, said_at, pin, superseded_by, text FROM memory WHERE id = $id`

export const markSuperseded = `
  UPDATE memory SET superseded_by = $by, superseded_at = $at WHERE seq = $seq`

export const holdAgain = `
  UPDATE memory SET superseded_by = NULL, superseded_at = NULL WHERE seq = $seq`

export const setPin = `
  UPDATE memory SET pin = $pin WHERE id = $id AND pin IS NOT $pin RETURNING session`

export const memoryExists = `SELECT 1 FROM memory WHERE id = $id`

export const countReliance = `
  UPDATE memory SET reinforced = reinforced + 1, reinforced_at = $at WHERE id = $id RETURNING reinforced, session`

// ---- taking back

export const keepTakenBack = `
  INSERT INTO taken_back (client, session, onwards, message_id) VALUES ($client, $session, $onwards, $messageId)
  ON CONFLICT DO NOTHING`
export const dropTakenBack = `
  DELETE FROM taken_back WHERE client = $client AND session = $session AND onwards = 0 AND message_id = $messageId`
export const dropTakenOnwards = `
  DELETE FROM taken_back WHERE client = $client AND session = $session AND onwards = 1`
export const dropAllTakenBack = `DELETE FROM taken_back WHERE client = $client AND session = $session`

/** A message is meant with all its parts: $messageId is the part's, $message its message's. */
export const isTakenBack = `
  SELECT 1 FROM taken_back
  WHERE client = $client AND session = $session AND onwards = 0 AND message_id IN ($messageId, $message)
  UNION ALL
  SELECT 1 FROM taken_back
  WHERE client = $client AND session = $session AND onwards = 1 AND message_id <= $messageId
  LIMIT 1`

/** Of one session, the forms that hold or were taken back; the others have something else in their place. */
export const standingOrTakenBack = `
  SELECT seq, id, message_id, superseded_at, said_at FROM memory
  WHERE session = $session AND message_id IS NOT NULL AND (superseded_at IS NULL OR superseded_by = id)
  ORDER BY seq`

// ---- forgetting

export const memoryToForget = `
  SELECT m.seq, m.id, m.kind, m.session AS session_seq, s.project AS session_project, m.message_id, m.superseded_by,
    m.text, s.client, s.session
  FROM memory m CROSS JOIN session s ON s.seq = m.session
  WHERE m.id = $id`

export const formsToForget = `
  SELECT id FROM memory WHERE session = $session AND message_id = $messageId ORDER BY seq`

export const supersededByMemory = `
  SELECT seq, session, message_id, digest, superseded_at FROM memory WHERE superseded_by = $id ORDER BY seq`

export const deleteSaidAgain = `DELETE FROM said_again WHERE memory = $memory`
export const deleteMemory = `DELETE FROM memory WHERE seq = $seq`

export const barText = `
  INSERT INTO forgotten (digest, id, at) VALUES ($digest, $id, $at) ON CONFLICT DO NOTHING`

export const barredText = `SELECT id FROM forgotten WHERE digest = $digest`
export const forgottenSecret = `SELECT value FROM secret WHERE name = 'forgotten'`

// ---- the text index

export const insertPassage = `
  INSERT INTO passage (seat, memory, "start", "end", role, kind, said_at, surface, speaker, terms)
  VALUES ($seat, $memory, $start, $end, $role, $kind, $saidAt, $surface, $speaker, $terms)`

export const updatePassage = `UPDATE passage SET surface = $surface, terms = $terms WHERE seat = $seat`

export const passagesOfMemory = `SELECT seat, "start", "end", terms FROM passage WHERE memory = $memory ORDER BY seat`
export const deletePassage = `DELETE FROM passage WHERE seat = $seat`

export const lastSeatBetween = `SELECT max(seat) AS seat FROM passage WHERE seat BETWEEN $from AND $to`
export const lastChapterBetween = `SELECT max(seq) AS chapter FROM chapter WHERE seq BETWEEN $from AND $to`
export const lastChapterOfSession = `
  SELECT max(seq) AS chapter FROM chapter WHERE session = $session AND seq BETWEEN $from AND $to`
export const chaptersOfSession = `SELECT seq AS chapter FROM chapter WHERE session = $session LIMIT $limit`
export const insertChapter = `INSERT INTO chapter (seq, session, words) VALUES ($chapter, $session, 0)`
export const addToChapter = `UPDATE chapter SET words = words + $words WHERE seq = $chapter`
export const deleteChapter = `DELETE FROM chapter WHERE seq = $chapter`

export const indexPassage = `INSERT INTO passage_index (rowid, terms) VALUES ($seat, $terms)`
export const indexedTerms = `SELECT terms FROM passage_index WHERE rowid = $seat`
export const unindexPassage = `DELETE FROM passage_index WHERE rowid = $seat`

export const addToTerm = `
  INSERT INTO term (project, term, passages) VALUES ($project, $term, $passages)
  ON CONFLICT (project, term) DO UPDATE SET passages = passages + excluded.passages`

/** When $passages fewer leave none. */
export const deleteUnusedTerm = `
  DELETE FROM term WHERE term = $term AND project = $project AND passages + $passages <= 0`

export const addToProjectWords = `
  INSERT INTO project_words (project, passages, words, chapters) VALUES ($project, $passages, $words, $chapters)
  ON CONFLICT (project) DO UPDATE SET passages = passages + excluded.passages, words = words + excluded.words,
    chapters = chapters + excluded.chapters`

/** Writes what FTS5 holds back in memory into its tables. */
export const flushIndex = `INSERT INTO passage_index (passage_index) VALUES ('flush')`

/** Everything into one segment, at once: what was deleted is not in it. */
export const rewriteIndex = `INSERT INTO passage_index (passage_index) VALUES ('optimize')`

/** Deleting erases the entry itself; or it adds one that says so, and both go when they are merged. */
export const eraseAtOnce = `INSERT INTO passage_index (passage_index, rank) VALUES ('secure-delete', 1)`
export const eraseByMerging = `INSERT INTO passage_index (passage_index, rank) VALUES ('secure-delete', 0)`

/** Pages of the index, counted to $limit. */
export const countLeaves = `SELECT count(*) AS leaves FROM (SELECT 1 FROM passage_index_idx LIMIT $limit)`

/** $pages < 0 begins to merge everything into one segment, > 0 goes on with it. */
export const mergeIndex = `INSERT INTO passage_index (passage_index, rank) VALUES ('merge', $pages)`

// Separators between the leaf pages of the index; separators.ts says what they are. $beginning is bytes of UTF-8.

export const allSeparators = `
  SELECT segid AS segment, term AS separator FROM passage_index_idx WHERE length(term) > 1 ORDER BY segid, term`

export const replaceSeparator = `
  UPDATE passage_index_idx SET term = $replacement WHERE segid = $segment AND term = $separator`

function nearestTerm(beyond: '>=' | '<', order: 'ASC' | 'DESC'): string {
  return `t.term ${beyond} CAST($beginning AS TEXT) ORDER BY t.term ${order} LIMIT 1`
}

/** The nearest living terms of any project, looked up project by project. */
export const livingTerms = {
  next: `
    SELECT min((SELECT t.term FROM term t WHERE t.project = p.seq AND ${nearestTerm('>=', 'ASC')})) AS term
    FROM project p`,
  previous: `
    SELECT max((SELECT t.term FROM term t WHERE t.project = p.seq AND ${nearestTerm('<', 'DESC')})) AS term
    FROM project p`,
}

/** The same from a list of all living terms, for when many are to be looked up. */
export const createLivingList = `
  CREATE TEMP TABLE living (term TEXT NOT NULL PRIMARY KEY) WITHOUT ROWID;
  INSERT OR IGNORE INTO temp.living SELECT term FROM term;`
export const dropLivingList = `DROP TABLE temp.living`
export const livingInList = {
  next: `SELECT t.term FROM temp.living t WHERE ${nearestTerm('>=', 'ASC')}`,
  previous: `SELECT t.term FROM temp.living t WHERE ${nearestTerm('<', 'DESC')}`,
}

export const memoriesToReindex = `
  SELECT seq, project, speaker, text FROM memory WHERE seq > $after AND seq <= $last ORDER BY seq LIMIT 1`

export const lastMemorySeq = `SELECT coalesce(max(seq), 0) AS seq FROM memory`

// ---- sessions

export const sessionSeq = `SELECT seq FROM session WHERE client = $client AND session = $session`
export const sessionName = `SELECT session FROM session WHERE seq = $seq`
export const sessionSeqsOfName = `SELECT seq FROM session WHERE session = $session`
export const insertSession = `
  INSERT INTO session (client, session, project) VALUES ($client, $session, $project)`

/** Adds what was captured; a session that goes on is open again, and moves from 'global' to its first real project. */
export const growSession = `
  UPDATE session SET
    started_at = min(coalesce(started_at, $first), $first),
    last_at    = max(coalesce(last_at, $last), $last),
    closed_at  = NULL,
    turn_count = turn_count + $turns,
    project    = CASE WHEN (SELECT key FROM project WHERE seq = session.project) = 'global'
                      THEN $project ELSE project END,
    title      = CASE WHEN $title <> '' AND (title = '' OR $titleAt < title_at) THEN $title ELSE title END,
    title_at   = CASE WHEN $title <> '' AND (title = '' OR $titleAt < title_at) THEN $titleAt ELSE title_at END
  WHERE seq = $seq`

export const sessionFacts = `
  SELECT min(said_at) AS first, max(said_at) AS last,
    count(DISTINCT message_id) FILTER (WHERE kind = 1)
      + count(*) FILTER (WHERE kind = 1 AND message_id IS NULL) AS turns
  FROM memory WHERE session = $seq`

export const projectOfSession = `
  SELECT m.project FROM memory m CROSS JOIN project p ON p.seq = m.project
  WHERE m.session = $seq
  ORDER BY p.key = 'global', m.seq LIMIT 1`

export const userTurnsOfSession = `
  SELECT text, said_at FROM memory
  WHERE session = $seq AND kind = 1 AND role = 1 AND superseded_at IS NULL
  ORDER BY said_at, seq`

export const rewriteSession = `
  UPDATE session SET started_at = $first, last_at = $last, turn_count = $turns, project = $project,
    title = $title, title_at = $titleAt
  WHERE seq = $seq`

export const deleteSession = `DELETE FROM session WHERE seq = $seq`
export const closeSession = `UPDATE session SET closed_at = $at WHERE seq = $seq`
export const setSessionParent = `
  UPDATE session SET parent = $parent WHERE client = $client AND session = $session AND parent IS NOT $parent
  RETURNING seq`

const sessionColumns = `
  s.seq, s.client, s.session, p.key AS project, s.started_at, s.last_at, s.closed_at, s.title, s.turn_count, s.parent`

/** A session's name may exist with several clients; without a client the one last active is meant. */
export const findSession = `
  SELECT ${sessionColumns} FROM session s CROSS JOIN project p ON p.seq = s.project
  WHERE s.session = $session AND s.session <> '-' AND ($client IS NULL OR s.client = $client)
  ORDER BY s.last_at DESC, s.seq DESC LIMIT 1`

function sessionListing(index: string, where: string): string {
  return `
    SELECT ${sessionColumns} FROM session s INDEXED BY ${index} CROSS JOIN project p ON p.seq = s.project
    WHERE ${where} AND s.session <> '-' AND s.started_at < $startedBefore
      AND ($client IS NULL OR s.client = $client)
    ORDER BY s.started_at DESC, s.seq DESC LIMIT $limit`
}

export const listSessions = {
  ofProject: sessionListing('session_by_project', 's.project = $key'),
  all: sessionListing('session_by_start', 'TRUE'),
}

export const recentSessions = `
  SELECT ${sessionColumns} FROM session s INDEXED BY session_by_activity CROSS JOIN project p ON p.seq = s.project
  WHERE s.project = $key AND s.parent IS NULL AND s.session <> '-' AND s.started_at < $startedBefore
  ORDER BY s.last_at DESC, s.seq DESC LIMIT $limit`

// ---- profile, events, counters

export const profileEntries = `SELECT name, value FROM profile`
export const setProfileEntry = `
  INSERT INTO profile (name, value) VALUES ($name, $value) ON CONFLICT (name) DO UPDATE SET value = excluded.value`

export const insertEvent = `INSERT INTO event (at, kind, data) VALUES ($at, $kind, $data)`
export const dropOldEvents = `DELETE FROM event WHERE seq <= (SELECT max(seq) FROM event) - $keep`
export const recentEvents = `
  SELECT at, kind, data FROM event
  WHERE ($kind IS NULL OR kind = $kind) AND at >= $since
  ORDER BY seq DESC LIMIT $limit`

export const counterValue = `SELECT value FROM counter WHERE name = $name`
export const addToCounter = `
  INSERT INTO counter (name, value) VALUES ($name, $by)
  ON CONFLICT (name) DO UPDATE SET value = value + excluded.value`
export const setCounter = `
  INSERT INTO counter (name, value) VALUES ($name, $value)
  ON CONFLICT (name) DO UPDATE SET value = excluded.value`

export const tableFacts = `
  SELECT
    (SELECT count(*) FROM session WHERE session <> '-') AS sessions,
    (SELECT count(*) FROM project WHERE merged_into IS NULL) AS projects,
    (SELECT count(*) FROM memory INDEXED BY memory_pinned WHERE pin IS NOT NULL AND superseded_at IS NULL) AS pinned,
    (SELECT min(said_at) FROM memory) AS oldest,
    (SELECT max(said_at) FROM memory) AS newest`
