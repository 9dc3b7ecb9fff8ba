// Runs a command where nothing can leave the machine: a network namespace of its own with only the loopback
// interface. Needs root (or user namespaces) and a way to bring that interface up; says so when it cannot.
import { spawn, spawnSync } from 'node:child_process'

const bringUpLoopback = [
  'ip link set lo up',
  // SIOCSIFFLAGS with IFF_UP | IFF_RUNNING, for machines without iproute2.
  `python3 -c "import fcntl,socket,struct; fcntl.ioctl(socket.socket(), 0x8914, struct.pack('16sh14x', b'lo', 0x41))"`,
  `perl -e 'socket(S, 2, 2, 0); my $r = pack("a16 s x14", "lo", 0x41); ioctl(S, 0x8914, $r) or exit 1'`,
]
const script = `{ ${bringUpLoopback.map((way) => `${way} 2>/dev/null`).join(' || ')}; } && exec "$@"`

/** Resolves with the exit code. `env` tells the command whether it runs offline (`IAI_HOSTS_OFFLINE`). */
export async function runOffline(command: readonly string[], say: (line: string) => void): Promise<number> {
  const wrapper = offlineWrapper()
  if (wrapper === null) say('no network namespace here (needs root): running with the network reachable')
  const [program = '', ...args] = wrapper === null ? command : [...wrapper, ...command]
  const env = { ...process.env, ...(wrapper === null ? {} : { IAI_HOSTS_OFFLINE: '1' }) }
  const child = spawn(program, args, { stdio: 'inherit', env })
  const stop = (signal: NodeJS.Signals) => child.kill(signal)
  process.on('SIGINT', stop).on('SIGTERM', stop)
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (code) => resolve(code ?? 1))
  })
}

function offlineWrapper(): readonly string[] | null {
  if (process.platform !== 'linux') return null
  const unshare = process.getuid?.() === 0 ? ['unshare', '-n'] : ['unshare', '-rn']
  const wrapper = [...unshare, 'sh', '-c', script, 'sh']
  const [program = '', ...args] = [...wrapper, 'true']
  return spawnSync(program, args, { stdio: 'ignore' }).status === 0 ? wrapper : null
}
