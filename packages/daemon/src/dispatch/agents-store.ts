// The store as an agent gets it that asks over MCP. What it reads may have talked it into anything, so whatever tool it
// uses, its words stay its own: they are kept as the assistant's, in the project it works in; it changes, pins and erases
// nothing but words of that kind; and it reads one project at a time. What it would say in place of the user's words
// stands beside them, as a proposal. Every method of a store is named here, and a new one has to be.
import { agentsProposalRow } from '../consolidation/rows.ts'
import { assert } from '../kit/assert.ts'
import { AppError } from '../kit/errors.ts'
import { limits } from '../kit/limits.ts'
import { toldName } from '../kit/told-name.ts'
import {
  isUsersPin,
  type Memory,
  type NewMemory,
  type NewStatement,
  type SupersedeOutcome,
} from '../model/memory.ts'
import { globalProject } from '../model/project.ts'
import { sameText } from '../store/capture-rules.ts'
import type { Store } from '../store/store.ts'
import type { AgentsPlace } from './agents-place.ts'

export function agentsStore(store: Store, place: AgentsPlace): Store {
  /** As the transport can vouch for it: said by the assistant, and no message of any host. */
  function claimed<Item extends NewMemory>(item: Item): Item {
    const isTools = item.trust === 'tool'
    const role = item.role === 'user' ? 'assistant' : item.role
    return { ...item, role, trust: isTools ? 'tool' : 'assistant', messageId: null, speaker: null, pin: null }
  }

  async function refuseElsewhere(project: string): Promise<void> {
    const own = await place.own()
    if ((await store.projectKey({ key: project })) !== own) throw writesElsewhere(own)
  }

  async function inReach(project: string): Promise<boolean> {
    const reach = await place.reach()
    return reach === null || reach.includes(project)
  }

  /** Stands beside `original` until the user says which holds. */
  async function propose(original: Memory, item: NewStatement): Promise<SupersedeOutcome> {
    if (original.supersededBy !== null) return { kind: 'already', by: original.supersededBy }
    if (sameText(original.text) === sameText(item.text)) return { kind: 'same' }
    await place.enter()
    const [outcome] = await store.capture([{ ...item, project: await place.own() }])
    assert(outcome !== undefined, 'a store answers one outcome per item')
    if (outcome.status === 'refused' || outcome.status === 'withheld') return { kind: outcome.status }
    const [memory] = await store.get([outcome.id])
    if (memory === undefined) return { kind: 'refused' } // forgotten in this very moment
    const row = agentsProposalRow(memory.project, original, memory)
    const settled = await store.derivedRows([{ kind: 'dismissal', id: `${original.id} ${memory.id}` }])
    if (settled.length === 0) await store.applyDerived({ put: [row], remove: [], standing: false })
    return { kind: 'proposed', memory }
  }

  /** Those that are known, as many as there are, read a few at a time. */
  async function eachOf(ids: readonly string[], visit: (memory: Memory) => void): Promise<void> {
    let rest = ids
    while (rest.length > 0) {
      const found = await store.get(rest, limits.listTextCharsMax)
      found.forEach(visit)
      const last = found.at(-1)
      rest = last === undefined ? [] : rest.slice(rest.indexOf(last.id) + 1)
    }
  }

  async function refuseToErase(ids: readonly string[]): Promise<void> {
    const own = await place.own()
    await eachOf(ids, (memory) => {
      if (whyNot(memory, own) !== null) throw usersToErase(memory)
    })
  }

  return {
    // ---- it may read this: no text, or of a project that the question names
    search: store.search,
    idsFrom: store.idsFrom,
    reliedOn: store.reliedOn,
    derived: store.derived,
    derivedRows: store.derivedRows,
    derivedQuoting: store.derivedQuoting,
    recentSessions: store.recentSessions,
    projectKey: store.projectKey,
    projects: store.projects,
    profile: store.profile,
    events: store.events,
    stats: store.stats,
    standingRevision: store.standingRevision,
    vectorProgress: store.vectorProgress,
    measured: store.measured,
    forgottenAmong: store.forgottenAmong,
    // ---- and do this: it says nothing
    closeSession: store.closeSession,
    optimise: store.optimise,
    // ---- within its reach
    async list(filter, page) {
      // What the user pinned for every project is for every project to see.
      const isEverybodys = filter.pin === 'global'
      const projects = filter.projects ?? (isEverybodys ? null : await place.reach())
      return store.list({ ...filter, projects }, page)
    },
    async get(ids, charsMax) {
      const reach = await place.reach()
      const found = await store.get(ids, charsMax)
      return found.filter(({ project, pin }) => reach === null || reach.includes(project) || pin === 'global')
    },
    sessions: async (filter) =>
      store.sessions({ ...filter, projects: filter.projects ?? (await place.reach()) }),
    async session(client, name) {
      const found = await store.session(client, name)
      return found !== null && (await inReach(found.project)) ? found : null
    },
    async reinforce(ids, at) {
      const reachable: string[] = []
      const reach = await place.reach()
      await eachOf(ids, ({ id, project }) => {
        if (reach === null || reach.includes(project)) reachable.push(id)
      })
      return store.reinforce(reachable, at)
    },
    // ---- in its own name, in its own project
    async capture(items) {
      for (const project of new Set(items.map((item) => item.project))) await refuseElsewhere(project)
      return store.capture(items.map(claimed))
    },
    async putProject(project) {
      if ((await store.projectKey(project)) !== (await place.own())) throw writesElsewhere(await place.own())
      return store.putProject(project)
    },
    async supersede(originalId, item) {
      const [original] = await store.get([originalId])
      if (original === undefined) return { kind: 'unknown' }
      const why = whyNot(original, await place.own())
      if (why === 'elsewhere') throw changesElsewhere(original)
      // Its own pin is handed on, never one that the user sets in this very moment.
      return why === null
        ? store.supersede(originalId, { ...claimed(item), pin: original.pin })
        : propose(original, claimed(item))
    },
    async pin(id, pin) {
      const [memory] = await store.get([id])
      if (memory === undefined) return false
      if (pin === 'global') throw new AppError('forbidden', onlyTheUserPinsGlobally)
      if (whyNot(memory, await place.own()) !== null) throw usersToPin(memory, pin === null)
      return store.pin(id, pin === null ? null : 'agent')
    },
    async withForms(ids) {
      await refuseToErase(ids)
      return store.withForms(ids)
    },
    async forget(ids, at, charsMax) {
      await refuseToErase(ids)
      return store.forget(ids, at, charsMax)
    },
    async setProfile(changes) {
      if (changes.identity !== undefined) {
        throw new AppError('forbidden', 'only the user writes this: iai-mcp profile identity "…"')
      }
      return store.setProfile(changes)
    },
    // ---- never: this is the user's, or the daemon's own
    mergeProjects: refuse,
    renameProject: refuse,
    recordEvent: refuse,
    applyDerived: refuse,
    deriveAnew: refuse,
    changedSessions: refuse,
    changedProjects: refuse,
    useEmbedder: refuse,
    keepMeasured: refuse,
    textsToEmbed: refuse,
    putVectors: refuse,
    takeBack: refuse,
    barSession: refuse,
    vectorCodes: refuse,
    close: refuse,
    watch() {
      throw notForAgents()
    },
  }
}

/** What keeps an agent that works in `own` from changing a memory; null: nothing does, the words are an agent's. */
function whyNot({ trust, project, pin }: Memory, own: string): 'elsewhere' | 'the user’s' | null {
  if (project !== own && project !== globalProject && pin !== 'global') return 'elsewhere'
  return trust === 'user' || isUsersPin(pin) || project !== own ? 'the user’s' : null
}

async function refuse(): Promise<never> {
  throw notForAgents()
}

function notForAgents(): AppError {
  return new AppError(
    'forbidden',
    'an agent may not do this; the user does, with the command line: iai-mcp --help',
  )
}

const onlyTheUserPinsGlobally =
  'only the user pins a memory for every project; to ask for it, name the command: iai-mcp pin <id> --global'

function writesElsewhere(own: string): AppError {
  return new AppError(
    'forbidden',
    `you work in ${toldName(own)} and write there only; for another project, or every one, the user does it: iai-mcp capture "…" --project <project>, or --global`,
  )
}

function changesElsewhere({ id, project }: Memory): AppError {
  return new AppError(
    'forbidden',
    `memory ${id} is of ${toldName(project)}; it is corrected from there, or by the user: iai-mcp correct ${id} "…"`,
  )
}

function usersToPin({ id }: Memory, isTakenAway: boolean): AppError {
  return new AppError(
    'forbidden',
    `you pin what an agent wrote in this project, and nothing else; the user does it: iai-mcp pin ${id}${isTakenAway ? ' --remove' : ''}`,
  )
}

function usersToErase({ id }: Memory): AppError {
  return new AppError(
    'forbidden',
    `nothing was forgotten: ${id} is not what an agent wrote in this project, or the user has pinned it. If the user wants it gone, name the command: iai-mcp forget ${id}`,
  )
}
