// Child process of the crash test: captures without end, in batches of several sizes at once, forgets some of it
// again, and says on stdout what was acknowledged: `kept ID … .`, `forgot ID … .`, a line each, closed by a full stop.
// Arguments: the store's file, the number of the round.
import { silentLog } from '../../../src/kit/log.ts'
import { openSqliteStore } from '../../../src/store/sqlite/sqlite-store.ts'
import { turn } from './invented.ts'
import { threadEntry } from './sqlite-fixture.ts'

const [file = '', round = ''] = process.argv.slice(2)
const store = await openSqliteStore({ file, key: Buffer.alloc(32, 0x5a), log: silentLog, threadEntry })

function say(what: string, ids: readonly string[]): void {
  process.stdout.write(`${what} ${ids.join(' ')} .\n`)
}

async function captureInTurn(lane: number): Promise<never> {
  for (let batch = 0; ; batch++) {
    const ids = Array.from(
      { length: 1 + (batch % 4) * lane },
      (_, index) => `${round}-${lane}-${batch}-${index}`,
    )
    await store.capture(
      ids.map((id) =>
        turn({ id, messageId: id, session: `ses_${lane}`, text: `invented words of ${id} and walrus` }),
      ),
    )
    say('kept', ids)
    if (batch % 3 !== 2) continue
    say('forgetting', ids.slice(0, 1))
    say('forgot', await store.forget(ids.slice(0, 1), 1))
  }
}

await Promise.all([0, 1, 2].map(captureInTurn))
