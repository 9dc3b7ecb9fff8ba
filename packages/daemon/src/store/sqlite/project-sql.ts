// The statements about projects: finding, describing, merging. Their table is in migrations.ts.

/** The project that is meant by a key: the one it was merged into, if it was. */
export const projectByKey = `SELECT coalesce(merged_into, seq) AS seq FROM project WHERE key = $key`
/** Those whose passages are of project $seq: itself and what was merged into it. */
export const projectsWithin = `SELECT seq FROM project WHERE seq = $seq OR merged_into = $seq ORDER BY seq`
export const projectRow = `SELECT seq, key, name, reason, folder, merged_into FROM project WHERE key = $key`
/** Whether a project is known that was not merged into another. */
export const isOfItself = `SELECT 1 FROM project WHERE key = $key AND merged_into IS NULL`
export const projectKeyOf = `SELECT key FROM project WHERE seq = $seq`
/** By the key it has now: what was said in another may have been put into 'global' since. */
export const isGlobalProject = `SELECT 1 FROM project WHERE seq = $seq AND key = 'global'`
export const projectsOfFolder = `
  SELECT seq, key FROM project WHERE folder = $folder AND merged_into IS NULL ORDER BY seq`
/** What was last known by folder $folder, as it is meant now. */
export const latestOfFolder = `
  SELECT key FROM project WHERE seq =
    (SELECT coalesce(merged_into, seq) FROM project WHERE folder = $folder ORDER BY seq DESC LIMIT 1)`
export const insertProject = `
  INSERT INTO project (key, name, reason, folder) VALUES ($key, $name, $reason, $folder)`
export const updateProject = `
  UPDATE project SET name = $name, reason = $reason, folder = coalesce($folder, folder) WHERE seq = $seq`
export const setProjectKey = `UPDATE project SET key = $key WHERE seq = $seq`
export const nameProject = `UPDATE project SET given_name = $name WHERE seq = $seq`
export const allProjectSeqs = `SELECT seq FROM project ORDER BY seq`

export const allProjects = `
  SELECT p.seq, p.key, coalesce(p.given_name, p.name) AS name, p.reason,
    (SELECT count(*) FROM session s WHERE s.project = p.seq AND s.session <> '-') AS sessions,
    (SELECT total(s.turn_count) FROM session s WHERE s.project = p.seq AND s.session <> '-') AS turns,
    (SELECT max(s.last_at) FROM session s WHERE s.project = p.seq AND s.session <> '-') AS last_at,
    (SELECT count(*) FROM memory m INDEXED BY memory_statement
      WHERE m.project = p.seq AND m.kind <> 1) AS facts
  FROM project p WHERE p.merged_into IS NULL ORDER BY p.seq`
export const mergedProjects = `
  SELECT key, merged_into FROM project WHERE merged_into IS NOT NULL ORDER BY seq`

export const moveMemories = `UPDATE memory SET project = $into WHERE project = $from`
export const moveSessions = `UPDATE session SET project = $into WHERE project = $from`
export const markMerged = `UPDATE project SET merged_into = $into WHERE seq = $from OR merged_into = $from`
export const listedSessionsOfProject = `SELECT seq FROM session WHERE project = $project AND session <> '-'`
/** Sessions in which anything was said in it, whatever project they are of. */
export const sessionsSaidIn = `
  SELECT DISTINCT m.session FROM memory m CROSS JOIN session s ON s.seq = m.session
  WHERE m.project = $project AND s.session <> '-'`
/** What says which statement it is (capture-rules.ts) names the project. */
export const statementsOfProject = `
  SELECT m.seq, m.text, m.role, m.kind, s.client, s.session FROM memory m CROSS JOIN session s ON s.seq = m.session
  WHERE m.project = $project AND m.digest IS NOT NULL`
export const setDigest = `UPDATE memory SET digest = $digest WHERE seq = $seq`
