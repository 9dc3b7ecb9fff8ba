// Writes a small invented store in the present format, for later versions to open: store-N.db and what it holds, N being
// the format's number. Run once per format, before it is released, and never again for the same one:
// node packages/daemon/test/keeping/formats/make-format.ts
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { copyStore } from '../../../src/store/sqlite/copying.ts'
import { migrations } from '../../../src/store/sqlite/migrations.ts'
import { openInProcess } from '../../store/support/in-process-store.ts'
import { fact, turn } from '../../store/support/invented.ts'
import { formatKey, heldBy } from './held.ts'

const target = fileURLToPath(new URL(`./store-${migrations.length}.db`, import.meta.url))
if (existsSync(target)) throw new Error(`${target} is there: a released format is never written again`)

const folder = mkdtempSync(join(tmpdir(), 'iai-format-'))
const file = join(folder, 'memory.db')
const { store } = openInProcess({ file, key: formatKey })
try {
  await store.putProject({ key: 'git:example.org/ada/shop', name: 'shop', reason: 'git remote origin' })
  await store.setProfile({ identity: 'Ada. Small commits, plain SQL.', wake_depth: 'standard' })
  await store.capture(
    [
      turn({ id: '018f0000-0000-7000-8000-000000000001', text: 'Which port does staging use?' }),
      turn({
        id: 'second',
        role: 'assistant',
        trust: 'assistant',
        text: 'It listens on 5433.\n\tquoted\u0000',
      }),
      turn({ id: 'half-a-character', text: 'half \ud83d of one', session: 'ses_2', speaker: 'Bob' }),
      turn({ id: 'forgotten', text: 'an invented sentence that was forgotten' }),
    ],
    { parentSession: 'ses_0' },
  )
  await store.capture([fact({ id: 'old', text: 'The deploy window is on Monday.', pin: 'project' })])
  await store.supersede('old', fact({ id: 'new', text: 'The deploy window is on Tuesday.' }))
  await store.capture([fact({ id: 'again', text: 'The deploy window is on Tuesday.', saidAt: 9_000_000 })])
  await store.reinforce(['second'], 3_000_000)
  await store.forget(['forgotten'], 4_000_000)
  await store.closeSession('opencode', 'ses_1', 5_000_000)
  writeFileSync(target.replace('.db', '.json'), `${JSON.stringify(await heldBy(store), null, 2)}\n`)
} finally {
  await store.close()
}
copyStore({ file, key: formatKey }, target)
rmSync(folder, { recursive: true })
process.stdout.write(`${target}\n`)
