// The tables of what is derived from memories (store/derived.ts), and their statements.

export const derivedSchema = `
  CREATE TABLE derived (
    seq      INTEGER PRIMARY KEY,
    kind     INTEGER NOT NULL,
    id       NOT NULL,
    project  INTEGER NOT NULL REFERENCES project (seq),
    -- of an extract: goes with its session
    session  INTEGER REFERENCES session (seq) ON DELETE CASCADE,
    rank     INTEGER,
    body     TEXT NOT NULL,
    UNIQUE (kind, id)
  );
  CREATE INDEX derived_by_rank ON derived (project, kind, rank DESC, id);
  CREATE INDEX derived_by_session ON derived (session) WHERE session IS NOT NULL;

  -- The memories that a row quotes. A memory cannot be deleted while a row names it.
  CREATE TABLE derived_source (
    memory   INTEGER NOT NULL REFERENCES memory (seq),
    derived  INTEGER NOT NULL REFERENCES derived (seq) ON DELETE CASCADE,
    PRIMARY KEY (memory, derived)
  ) WITHOUT ROWID;
  CREATE INDEX derived_source_by_row ON derived_source (derived);

  -- What has to be derived again, and the number of its last change.
  CREATE TABLE changed_session (
    session  INTEGER PRIMARY KEY REFERENCES session (seq) ON DELETE CASCADE,
    change   INTEGER NOT NULL
  );
  CREATE TABLE changed_project (
    project  INTEGER PRIMARY KEY REFERENCES project (seq),
    change   INTEGER NOT NULL
  );
`

const rowColumns = 'd.kind, d.id, p.key AS project, d.rank, d.body'

export const derivedByKey = `
  SELECT ${rowColumns} FROM derived d CROSS JOIN project p ON p.seq = d.project WHERE d.kind = $kind AND d.id = $id`

export const derivedQuoting = `
  SELECT ${rowColumns} FROM memory m
  CROSS JOIN derived_source c ON c.memory = m.seq
  CROSS JOIN derived d ON d.seq = c.derived
  CROSS JOIN project p ON p.seq = d.project
  WHERE m.id = $memory AND d.kind = $kind`

/** NULL ranks come last; $afterRank is NULL behind all ranks. */
function derivedListing(beyond: string): string {
  return `
    SELECT ${rowColumns} FROM derived d CROSS JOIN project p ON p.seq = d.project
    WHERE d.project = $project AND d.kind = $kind AND ($unranked OR d.rank IS NOT NULL) AND ${beyond}
    ORDER BY d.rank DESC, d.id LIMIT $limit`
}

export const listDerived = {
  first: derivedListing('TRUE'),
  afterRanked: derivedListing(
    '(d.rank IS NULL OR d.rank < $afterRank OR (d.rank = $afterRank AND d.id > $afterId))',
  ),
  afterUnranked: derivedListing('(d.rank IS NULL AND d.id > $afterId)'),
}

export const derivedSeq = `SELECT seq, project FROM derived WHERE kind = $kind AND id = $id`
export const insertDerived = `
  INSERT INTO derived (kind, id, project, session, rank, body)
  VALUES ($kind, $id, $project, $session, $rank, $body)`
export const updateDerived = `
  UPDATE derived SET project = $project, session = $session, rank = $rank, body = $body WHERE seq = $seq`
export const deleteDerived = `DELETE FROM derived WHERE seq = $seq`
export const deleteAllDerived = `DELETE FROM derived`

export const currentMemorySeq = `SELECT seq FROM memory WHERE id = $id AND superseded_at IS NULL`
export const insertSource = `INSERT INTO derived_source (memory, derived) VALUES ($memory, $derived)`
export const deleteSources = `DELETE FROM derived_source WHERE derived = $derived`
export const derivedOfMemory = `
  SELECT d.seq, d.project FROM derived_source c CROSS JOIN derived d ON d.seq = c.derived WHERE c.memory = $memory`

export const markSession = `
  INSERT INTO changed_session (session, change) VALUES ($session, $change)
  ON CONFLICT (session) DO UPDATE SET change = excluded.change`
export const markEverySession = `
  INSERT INTO changed_session (session, change) SELECT seq, $change FROM session WHERE session <> '-'
  ON CONFLICT (session) DO UPDATE SET change = excluded.change`
export const markProject = `
  INSERT INTO changed_project (project, change) VALUES ($project, $change)
  ON CONFLICT (project) DO UPDATE SET change = excluded.change`
export const unmarkSession = `DELETE FROM changed_session WHERE session = $session AND change = $change`
export const unmarkProject = `DELETE FROM changed_project WHERE project = $project AND change = $change`
export const unmarkEveryProject = `DELETE FROM changed_project`
export const sessionIsListed = `SELECT 1 FROM session WHERE seq = $seq AND session <> '-'`

export const changedSessions = `
  SELECT s.seq, s.client, s.session, p.key AS project, s.started_at, s.last_at, s.closed_at, s.title, s.turn_count,
    s.parent, c.change
  FROM changed_session c
  CROSS JOIN session s ON s.seq = c.session
  CROSS JOIN project p ON p.seq = s.project
  WHERE (s.closed_at IS NOT NULL OR s.last_at < $silentSince) AND ($project IS NULL OR p.key = $project)
  ORDER BY s.last_at DESC, s.seq DESC LIMIT $limit`

export const changedProjects = `
  SELECT p.key AS project, c.change FROM changed_project c CROSS JOIN project p ON p.seq = c.project
  ORDER BY c.change LIMIT $limit`
