// A host that starts a bridge and does nothing else until it is killed. Its input is the bridge's too when it is told
// to share it: then its death alone does not close that input. Prints the bridge's pid.
import { spawn } from 'node:child_process'

const [bin = '', dataDir = '', sharing] = process.argv.slice(2)
const bridge = spawn(process.execPath, [bin, 'mcp', '--data-dir', dataDir], {
  stdio: [sharing === 'share-input' ? 'inherit' : 'pipe', 'pipe', 'inherit'],
})
process.stdout.write(`${bridge.pid}\n`)
setInterval(() => {}, 60_000)
