// Recall by meaning in the real daemon: what was said in other words is found, at once after it was said and not after
// it was forgotten, and without vectors it says that it went by words alone.
import { beforeAll, expect, test } from 'vitest'
import { eventually } from '../../../../test/support/eventually.ts'
import { createPlace, ensureBuilt, type Place } from './daemon-process.ts'

beforeAll(ensureBuilt, 120_000)

const said = [
  'Authentication goes through the OAuth flow with PKCE against the identity provider.',
  'The cake needs more butter and less sugar.',
  'Nightly snapshots of the volumes are replicated to another region.',
]

async function ask(place: Place, args: readonly string[]) {
  const { code, stdout, stderr } = await place.run([...args, '--json'])
  expect(code, stderr).toBe(0)
  return JSON.parse(stdout)
}

const embedding = async (place: Place) => (await ask(place, ['status'])).embedding
const surfaces = (answer: { hits: readonly { literal_surface: string }[] }) =>
  answer.hits.map((hit) => hit.literal_surface)

/** The first answer that did not go by words alone: a question does not wait longer than 300 ms for its vector. */
const byMeaning = (place: Place, cue: string) =>
  eventually(async () => {
    const answer = await ask(place, ['recall', cue])
    expect(answer.activation_trace.join()).toContain('near the cue by meaning')
    return answer
  })

test('what was said in other words is found, until it is forgotten', async () => {
  const place = createPlace()
  await place.start()
  for (const text of said) await place.run(['capture', text])
  await expect
    .poll(() => embedding(place))
    .toMatchObject({ state: 'ready', vectors: said.length, waiting: 0, sends_text_to: null, failure: null })

  const answer = await byMeaning(place, 'How do we log people in?')
  expect(surfaces(answer)[0]).toBe(said[0])
  expect(answer.activation_trace).toContain(`${said.length} passages near the cue by meaning`)

  await ask(place, ['forget', answer.hits[0].record_id, '--yes'])
  expect(await embedding(place)).toMatchObject({ vectors: said.length - 1 })
  expect(surfaces(await byMeaning(place, 'How do we log people in?'))).not.toContain(said[0])
})

test('vectors are kept over a restart, and recall without them says so', async () => {
  const place = createPlace()
  const first = await place.start()
  for (const text of said) await place.run(['capture', text])
  await expect.poll(async () => (await embedding(place)).waiting).toBe(0)
  await place.run(['stop'])
  await first.ended

  const second = await place.start({ args: ['--embedding', 'off'] })
  expect(await embedding(place)).toMatchObject({ state: 'off' })
  const alone = await ask(place, ['recall', 'How do we log people in?'])
  expect(alone.activation_trace).toContain('by words alone: embedding is off')
  await place.run(['stop'])
  await second.ended

  await place.start()
  await expect
    .poll(() => embedding(place))
    .toMatchObject({ state: 'ready', vectors: said.length, waiting: 0 })
  expect(surfaces(await byMeaning(place, 'How do we log people in?'))[0]).toBe(said[0])
})
