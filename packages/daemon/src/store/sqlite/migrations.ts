// The schema, as the numbered steps that lead to it. A released step is never edited; a change is a new step at the
// end. Each step and its number are one transaction; a file from a newer program is refused, never touched.
import type { Database } from 'better-sqlite3-multiple-ciphers'
import { AppError } from '../../kit/errors.ts'
import { keyedDigest } from '../capture-rules.ts'
import { derivedSchema } from './derived-sql.ts'
import { vectorSchema } from './vectors-sql.ts'

export interface Migration {
  readonly name: string
  readonly sql: string
}

/** Marks the file as ours ('iaim'), whoever opens it. */
export const applicationId = 0x6961696d

const initialSchema = `
  CREATE TABLE project (
    seq     INTEGER PRIMARY KEY,
    key     NOT NULL UNIQUE,
    name    NOT NULL,
    reason  NOT NULL
  );

  CREATE TABLE session (
    seq         INTEGER PRIMARY KEY,
    client      NOT NULL,
    session     NOT NULL,
    project     INTEGER NOT NULL REFERENCES project (seq),
    started_at  INTEGER,
    last_at     INTEGER,
    closed_at   INTEGER,
    title       NOT NULL DEFAULT '',
    title_at    INTEGER,
    turn_count  INTEGER NOT NULL DEFAULT 0,
    parent,
    UNIQUE (client, session)
  );
  CREATE INDEX session_by_name ON session (session);
  CREATE INDEX session_by_project ON session (project, started_at);
  CREATE INDEX session_by_start ON session (started_at);

  -- The only source of truth. The text comes last: what stands behind it would be read through it.
  CREATE TABLE memory (
    seq            INTEGER PRIMARY KEY,
    id             NOT NULL UNIQUE,
    project        INTEGER NOT NULL REFERENCES project (seq),
    session        INTEGER NOT NULL REFERENCES session (seq),
    role           INTEGER NOT NULL,
    kind           INTEGER NOT NULL,
    trust          INTEGER NOT NULL,
    said_at        INTEGER NOT NULL,
    stored_at      INTEGER NOT NULL,
    pin            INTEGER,
    reinforced     INTEGER NOT NULL DEFAULT 0,
    reinforced_at  INTEGER,
    superseded_by,
    superseded_at  INTEGER,
    message_id,
    speaker,
    digest         BLOB,
    text           NOT NULL
  );
  CREATE INDEX memory_by_time ON memory (said_at);
  CREATE INDEX memory_by_project ON memory (project, said_at);
  CREATE INDEX memory_by_session ON memory (session, said_at);
  CREATE INDEX memory_by_message ON memory (session, message_id) WHERE message_id IS NOT NULL;
  CREATE INDEX memory_by_digest ON memory (digest) WHERE digest IS NOT NULL;
  CREATE INDEX memory_statement ON memory (project, said_at) WHERE kind <> 1;
  CREATE INDEX memory_pinned ON memory (project, said_at) WHERE pin IS NOT NULL;

  CREATE TABLE said_again (
    memory  INTEGER NOT NULL REFERENCES memory (seq),
    at      INTEGER NOT NULL,
    PRIMARY KEY (memory, at)
  ) WITHOUT ROWID;

  CREATE TABLE forgotten (
    digest  BLOB NOT NULL PRIMARY KEY,
    id      NOT NULL,
    at      INTEGER NOT NULL
  ) WITHOUT ROWID;

  -- Derived from memory, from here to project_words; what it holds of a text is rebuilt when the analyser changes.
  -- A stretch of a session; numbers are made as store/seats.ts says.
  CREATE TABLE chapter (
    seq      INTEGER PRIMARY KEY,
    session  INTEGER NOT NULL REFERENCES session (seq),
    words    INTEGER NOT NULL
  );
  CREATE INDEX chapter_by_session ON chapter (session, seq);

  -- What ranking reads, kept narrow and apart from the texts: neighbours in a session are neighbours on a page.
  CREATE TABLE passage (
    seat     INTEGER PRIMARY KEY,
    memory   INTEGER NOT NULL REFERENCES memory (seq),
    "start"  INTEGER NOT NULL,
    "end"    INTEGER NOT NULL,
    role     INTEGER NOT NULL,
    kind     INTEGER NOT NULL,
    said_at  INTEGER NOT NULL,
    surface  INTEGER NOT NULL,
    speaker,
    terms    TEXT NOT NULL
  );
  CREATE INDEX passage_by_memory ON passage (memory);
  -- The terms are already analysed; this tokenizer only splits at the blanks between them. Nothing is ranked in here,
  -- so no sizes are kept.
  CREATE VIRTUAL TABLE passage_index USING fts5 (
    terms,
    columnsize = 0,
    tokenize = "ascii tokenchars '!""#$%&''()*+,-./:;<=>?@[\\]^_\`{|}~'"
  );
  -- Deleting removes the entry itself instead of adding a tombstone beside it.
  INSERT INTO passage_index (passage_index, rank) VALUES ('secure-delete', 1);
  -- A leaf fits a 4 KiB page together with what encryption reserves there; the default spills into a second page.
  INSERT INTO passage_index (passage_index, rank) VALUES ('pgsz', 4000);

  -- How common words are, per project, so that what one project holds never weighs on another's answers. By project
  -- first: a capture then touches few pages.
  CREATE TABLE term (
    project   INTEGER NOT NULL,
    term      TEXT NOT NULL,
    passages  INTEGER NOT NULL,
    PRIMARY KEY (project, term)
  ) WITHOUT ROWID;

  CREATE TABLE project_words (
    project   INTEGER PRIMARY KEY,
    passages  INTEGER NOT NULL,
    words     INTEGER NOT NULL,
    chapters  INTEGER NOT NULL
  );

  CREATE TABLE counter (
    name   TEXT NOT NULL PRIMARY KEY,
    value  INTEGER NOT NULL
  ) WITHOUT ROWID;

  CREATE TABLE profile (
    name   TEXT NOT NULL PRIMARY KEY,
    value  NOT NULL
  ) WITHOUT ROWID;

  CREATE TABLE event (
    seq   INTEGER PRIMARY KEY,
    at    INTEGER NOT NULL,
    kind  NOT NULL,
    data  NOT NULL
  );
`

const keyedForgotten = `
  -- Random, made once, never handed out.
  CREATE TABLE secret (
    name   TEXT NOT NULL PRIMARY KEY,
    value  BLOB NOT NULL
  ) WITHOUT ROWID;
  INSERT INTO secret (name, value) VALUES ('forgotten', randomblob(32));
  UPDATE forgotten SET digest = keyed_digest((SELECT value FROM secret WHERE name = 'forgotten'), digest);
`

const successorIndex = `
  CREATE INDEX memory_by_successor ON memory (superseded_by) WHERE superseded_by IS NOT NULL;
`

const reliedOn = `
  CREATE INDEX memory_relied_on ON memory (project, reinforced, said_at) WHERE reinforced > 0 AND kind <> 1;
`

const knownProjects = `
  -- What the folder itself is called, wherever it stands; what the user calls the project.
  ALTER TABLE project ADD COLUMN folder;
  ALTER TABLE project ADD COLUMN given_name;
  -- Of a project that is part of another now: nothing is in it any more but the seats of its passages.
  ALTER TABLE project ADD COLUMN merged_into INTEGER REFERENCES project (seq);
  CREATE INDEX project_by_folder ON project (folder) WHERE folder IS NOT NULL;
  CREATE INDEX project_merged ON project (merged_into) WHERE merged_into IS NOT NULL;
`

const measured = `
  -- Text that the store does not read. It goes with the embedder it was measured of.
  ALTER TABLE embedder ADD COLUMN measured TEXT;
`

const sessionsByActivity = `
  CREATE INDEX session_by_activity ON session (project, last_at) WHERE parent IS NULL;
`

const takenBack = `
  -- What hosts took back of their sessions; also of messages that have not arrived. Marks in memory follow from it.
  CREATE TABLE taken_back (
    client      NOT NULL,
    session     NOT NULL,
    -- 1: this message and all whose ids sort behind it
    onwards     INTEGER NOT NULL,
    message_id  NOT NULL,
    PRIMARY KEY (client, session, onwards, message_id)
  ) WITHOUT ROWID;
`

export const migrations: readonly Migration[] = [
  { name: 'initial schema', sql: initialSchema },
  { name: 'derived rows', sql: derivedSchema },
  { name: 'key the digests of forgotten texts', sql: keyedForgotten },
  { name: 'find what a memory replaced', sql: successorIndex },
  { name: 'vectors of passages', sql: vectorSchema },
  { name: 'merge, rename and recognise projects', sql: knownProjects },
  { name: 'list what is relied on', sql: reliedOn },
  { name: 'what an embedder was measured to be', sql: measured },
  { name: 'list sessions by when they were last active', sql: sessionsByActivity },
  { name: 'what hosts took back', sql: takenBack },
]

/** Brings the file to the last of `steps`. Raises `store_newer` when it is already beyond that. */
export function migrate(db: Database, file: string, steps: readonly Migration[] = migrations): void {
  const version = versionOf(db, file, steps)
  db.function('keyed_digest', { deterministic: true, directOnly: true }, keyedDigest)
  for (const [index, step] of steps.entries()) {
    if (index < version) continue
    db.transaction(() => {
      db.exec(step.sql)
      db.pragma(`user_version = ${index + 1}`)
    }).immediate()
  }
}

/** Whether the file has yet to be brought to the last step. Raises `store_newer` when it is beyond that. */
export function isOlder(db: Database, file: string): boolean {
  return versionOf(db, file, migrations) < migrations.length
}

function versionOf(db: Database, file: string, steps: readonly Migration[]): number {
  const version = db.pragma('user_version', { simple: true }) as number
  if (version <= steps.length) return version
  throw new AppError(
    'store_newer',
    `${file} was written by a newer iai-mcp (format ${version}, this one knows ${steps.length}); install that version, nothing was changed`,
  )
}
