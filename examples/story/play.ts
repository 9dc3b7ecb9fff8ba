// Plays the story through a daemon, in the order in which it happens: conversations are captured as hosts capture them,
// closed and consolidated; in between, somebody asks. Everything told was answered by the daemon.
import type { z } from 'zod'
import type { memoryConflicts } from '../../packages/daemon/src/operations/memory-conflicts.ts'
import type { memoryForget } from '../../packages/daemon/src/operations/memory-forget.ts'
import type { memoryRecall } from '../../packages/daemon/src/operations/memory-recall.ts'
import type { sessionStartPayload } from '../../packages/daemon/src/operations/session-start-payload.ts'
import {
  type Conversation,
  changes,
  orderApi,
  type Project,
  refunds,
  rehearsals,
  secret,
  tideTables,
} from './script.ts'
import type { Stage } from './stage.ts'
import type { Teller } from './telling.ts'

type Recalled = z.output<(typeof memoryRecall)['result']>
type Context = z.output<(typeof sessionStartPayload)['result']>
type Conflicts = z.output<(typeof memoryConflicts)['result']>
type Forgotten = z.output<(typeof memoryForget)['result']>

const turnMs = 60_000
/** What is said later was said by the story itself. */
const storyEndsAt = Date.UTC(2026, 3, 1)

export async function playStory(stage: Stage, teller: Teller): Promise<void> {
  teller.week('WEEK 1: two projects, one agent')
  await converse(stage, teller, orderApi)
  await converse(stage, teller, tideTables)

  teller.week('WEEK 2: another agent, another folder')
  teller.scene(
    'Tuesday 10 March. Noor opens orchard in Claude Code, in a second clone. Nothing was said there before, and before the first word the agent is given:',
  )
  teller.context(await contextOf(stage, 'claude-code', 'cc-refunds', 'orchard', refunds.folder))
  await converse(stage, teller, refunds)
  await converse(stage, teller, rehearsals)
  teller.scene(
    'Nothing of orchard or tidewatch is shown in choir-site, and a question asked there does not reach them:',
  )
  await asks(stage, teller, 'choir-site', 'which port does the staging database use')

  teller.week('WEEK 3: what was true is not any more')
  await converse(stage, teller, changes)
  teller.scene('The next session in orchard is given what holds now:')
  teller.context(await contextOf(stage, 'claude-code', 'cc-next', 'orchard'))
  teller.scene('And asked about it, the memory tells the old from the new:')
  await asks(stage, teller, 'orchard', 'which port does the staging database use')
  teller.scene(
    'Two changes were said in words. The third was not, so it is a question for Noor, and nothing is changed:',
  )
  const conflict = await openConflict(stage, teller)
  teller.scene('Noor says that the newer one is right. From then on the old one is told as what it is:')
  await stage.call('memory_contradict', { id: conflict.older.memory_id, new_fact: conflict.newer.text })
  await asks(stage, teller, 'orchard', 'what is the upload limit')

  teller.week('WEEK 4: to be forgotten')
  await forgetTheCode(stage, teller)
}

/** Captured turn by turn, as it is said; then the session ends and is digested. */
async function converse(stage: Stage, teller: Teller, conversation: Conversation): Promise<void> {
  teller.conversation(conversation)
  const { client, session, project, folder, at, said } = conversation
  const where = { client, session_id: session, cwd: stage.folderOf(project, folder) }
  for (const [index, { who, text }] of said.entries()) {
    await stage.call('memory_capture_batch', {
      ...where,
      turns: [
        {
          text,
          role: who === 'agent' ? 'assistant' : 'user',
          message_id: `${session}-${index}`,
          said_at: Date.parse(at) + index * turnMs,
        },
      ],
    })
  }
  await stage.call('session_exit', { client, session_id: session })
  await stage.call('memory_consolidate', {})
}

function contextOf(
  stage: Stage,
  client: string,
  session_id: string,
  project: Project,
  folder?: string,
): Promise<Context> {
  const cwd = stage.folderOf(project, folder)
  return stage.call('session_start_payload', {
    client,
    session_id,
    cwd,
    wake_depth: 'standard',
    explain: true,
  })
}

async function asks(stage: Stage, teller: Teller, project: Project, cue: string): Promise<void> {
  const { hits, anti_hits } = await stage.call<Recalled>('memory_recall', {
    cue,
    cwd: stage.folderOf(project),
    limit: 2,
  })
  // With what was said around it, a short turn names its speakers and dates itself.
  const told = ({ literal_surface, said_at, role }: Recalled['hits'][number]) =>
    literal_surface.startsWith('[') ? literal_surface : `${dayOrNow(said_at)}, ${role}: “${literal_surface}”`
  teller.shown([
    `“${cue}?”`,
    ...(hits.length + anti_hits.length === 0 ? ['found: nothing'] : []),
    ...hits.flatMap((hit) => [
      `found: ${told(hit)}`,
      ...hit.corrections.map(
        ({ old_value, new_value, said_at }) =>
          `of that no longer true since ${said_at.slice(0, 10)}: ${old_value} → ${new_value}`,
      ),
    ]),
    ...anti_hits.map((hit) => `no longer true: ${told(hit)}`),
  ])
}

async function openConflict(stage: Stage, teller: Teller): Promise<Conflicts['conflicts'][number]> {
  const { conflicts } = await stage.call<Conflicts>('memory_conflicts', { cwd: stage.folderOf('orchard') })
  teller.shown(
    conflicts.map(({ older, newer }) => `${day(older)} “${older.text}” or ${day(newer)} “${newer.text}”?`),
  )
  const [conflict] = conflicts
  if (conflict === undefined) throw new Error('the upload limit was said twice and is in no conflict')
  return conflict
}

function dayOrNow(iso: string): string {
  return Date.parse(iso) < storyEndsAt ? iso.slice(0, 10) : 'just now'
}

function day({ said_at }: { readonly said_at: string }): string {
  return said_at.slice(0, 10)
}

async function forgetTheCode(stage: Stage, teller: Teller): Promise<void> {
  const where = { where: { cwd: stage.folderOf('choir-site'), containing: secret.words } }
  const before = await stage.search(secret.searched)
  const { matches = [], count } = await stage.call<Forgotten>('memory_forget', { ...where, dry_run: true })
  teller.scene(
    `Thursday 26 March. The door code should never have been said. Its word stands ${before.decrypted} times in the decrypted pages of the store: in the turn, in the index, in what was derived; ${before.onDisk} times in the files as they lie on the disk, which are encrypted. What would go, shown first:`,
  )
  teller.shown([...matches.map(({ text, role }) => `${role}: “${text}”`), `${count} in all`])
  await stage.call('memory_forget', where)
  const after = await stage.search(secret.searched)
  teller.scene(
    `Noor agrees. Afterwards it stands ${after.decrypted} times in the decrypted pages. A question finds:`,
  )
  await asks(stage, teller, 'choir-site', 'what is the door code of the rehearsal room')
  teller.scene('And a transcript that is imported again does not bring it back:')
  const { results } = await stage.call<{ results: { reason: string }[] }>('memory_capture_batch', {
    client: rehearsals.client,
    session_id: rehearsals.session,
    cwd: stage.folderOf('choir-site'),
    turns: rehearsals.said
      .map(({ text }, index) => ({ text, role: 'user', message_id: `again-${index}` }))
      .filter(({ text }) => text.includes(secret.words)),
  })
  teller.shown(results.map(({ reason }) => reason))
}
