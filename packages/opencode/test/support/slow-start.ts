// Stands in for the program of the daemon: notes how it was called, and is done as soon as the test has started a daemon,
// or said that there will be none.
import { appendFileSync, existsSync } from 'node:fs'
import { join } from 'node:path'

const { CALLS = '', NEVER } = process.env
const args = process.argv.slice(2)
appendFileSync(CALLS, `${args.join(' ')}\n`)
const port = join(args[args.indexOf('--data-dir') + 1] ?? '', '.http.port')
if (NEVER) {
  process.stderr.write(`${JSON.stringify({ error: NEVER, code: null })}\n`)
  process.exit(1)
}
const looking = setInterval(() => {
  if (existsSync(port)) clearInterval(looking)
}, 10)
