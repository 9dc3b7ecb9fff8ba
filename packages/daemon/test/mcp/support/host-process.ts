// A host that starts a bridge, asks it one thing, and does nothing else until it is killed. Its input is the bridge's too
// when it is told to share it: then its death alone does not close that input, and the question stands in it already.
// Prints the bridge's pid once it has answered.
import { spawn } from 'node:child_process'

const [bin = '', dataDir = '', sharing, question = ''] = process.argv.slice(2)
const bridge = spawn(process.execPath, [bin, 'mcp', '--data-dir', dataDir], {
  stdio: [sharing === 'share-input' ? 'inherit' : 'pipe', 'pipe', 'inherit'],
})
bridge.stdin?.write(question)
bridge.stdout?.once('data', () => process.stdout.write(`${bridge.pid}\n`))
setInterval(() => {}, 60_000)
