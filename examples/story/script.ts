// What is said in the story, word for word. Everybody in it is invented: Noor writes software with two agents, Teo works
// with her, Ines leads a choir. Times are UTC; nothing in here depends on when the story is played.

export type Project = 'orchard' | 'tidewatch' | 'choir-site'

export interface Said {
  readonly who: 'Noor' | 'agent'
  readonly text: string
}

export interface Conversation {
  readonly project: Project
  /** The folder it is held in, when it is another clone of the project. */
  readonly folder?: string
  readonly client: 'opencode' | 'claude-code'
  readonly session: string
  readonly at: string
  readonly said: readonly Said[]
}

const noor = (text: string): Said => ({ who: 'Noor', text })
const agent = (text: string): Said => ({ who: 'agent', text })

/** What the decrypted pages are searched for: its beginning is also that of the word as it is indexed. */
export const secret = { words: 'quince 7734', searched: 'quinc' }

export const orderApi: Conversation = {
  project: 'orchard',
  client: 'opencode',
  session: 'ses_orders',
  at: '2026-03-02T09:10:00Z',
  said: [
    noor('Call me Noor. I prefer small commits over large ones.'),
    agent('Understood, Noor.'),
    noor('Set up the order API, please. We use npm here. The staging database listens on port 5433.'),
    agent('I’ve added the order table. All 14 tests pass.'),
    noor('Always run migrations against staging first.'),
    noor('The upload limit is 20 MB.'),
    noor('Let’s go with Fastify rather than Express, because its schemas double as documentation.'),
    agent('I’ve moved the routes to Fastify. TODO: add the refund endpoint.'),
  ],
}

export const tideTables: Conversation = {
  project: 'tidewatch',
  client: 'opencode',
  session: 'ses_brest',
  at: '2026-03-04T19:30:00Z',
  said: [
    noor('Why does the forecast for Brest lag by an hour?'),
    agent('The station table stores local time. I fixed the conversion in stations.py. All 31 tests pass.'),
    noor('Never round tide heights before the last step.'),
    agent('Noted. Next time we need to check the leap-day table.'),
  ],
}

export const refunds: Conversation = {
  project: 'orchard',
  folder: 'orchard-review',
  client: 'claude-code',
  session: 'cc-refunds',
  at: '2026-03-10T08:45:00Z',
  said: [
    noor('Write the refund endpoint, please.'),
    agent('I added the refund endpoint with an idempotency key. All 22 tests pass.'),
    noor('We decided to keep refunds in cents, because the bank’s export does too.'),
    noor('Always run migrations against staging first.'),
    agent('I ran them there first. TODO: write the release note for Teo.'),
  ],
}

export const rehearsals: Conversation = {
  project: 'choir-site',
  client: 'claude-code',
  session: 'cc-choir',
  at: '2026-03-13T17:05:00Z',
  said: [
    noor('Put the rehearsal dates of Ines’ choir on the start page.'),
    agent('I added the dates from content/schedule.md to the start page.'),
    noor('No tracking scripts in this project, please.'),
    noor(`The door code of the rehearsal room is ${secret.words}.`),
    agent('I left the door code out of the pages: they are public.'),
  ],
}

export const changes: Conversation = {
  project: 'orchard',
  client: 'opencode',
  session: 'ses_changes',
  at: '2026-03-18T10:20:00Z',
  said: [
    noor('We switched from npm to pnpm. The staging database moved to port 5434.'),
    agent('I updated the scripts and the connection string.'),
    noor('I’ve sent the release note to Teo. The upload limit is 50 MB.'),
  ],
}
