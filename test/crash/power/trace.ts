// What a process asked of its disk and what it answered, in order, out of a recording by strace (-f -y -xx). Only calls
// that succeeded; of a call that another thread interrupted in the recording, an answer counts from its beginning and
// everything else from its end: nobody is told anything later, and nothing is on the disk sooner, than it was.
import { createReadStream } from 'node:fs'
import { createInterface } from 'node:readline'

export type DiskCall =
  | {
      readonly call: 'open'
      readonly path: string
      /** Where it is not there. */
      readonly creates: boolean
      readonly truncates: boolean
      readonly appends: boolean
    }
  | {
      readonly call: 'write'
      readonly path: string
      readonly fd: number
      readonly at: number | null
      readonly bytes: Buffer
    }
  | { readonly call: 'copy'; readonly from: string; readonly path: string; readonly length: number }
  | { readonly call: 'truncate'; readonly path: string; readonly length: number }
  | { readonly call: 'sync'; readonly path: string }
  | { readonly call: 'rename'; readonly path: string; readonly to: string }
  | { readonly call: 'link'; readonly path: string; readonly to: string }
  | { readonly call: 'remove'; readonly path: string }
  | { readonly call: 'makeFolder'; readonly path: string }
  /** Bytes that went to a socket or pipe. */
  | { readonly call: 'answer'; readonly bytes: Buffer }
export type OpenCall = Extract<DiskCall, { call: 'open' }> & { readonly fd: number }
export type TracedCall = Exclude<DiskCall, { call: 'open' }> | OpenCall

/** Of one call; more than anything that is written at once. */
const recordedBytesMax = 2_000_000

/** For strace, before the command. `-D`: the command keeps the process id that its parent sees. */
export function straceArguments(file: string): readonly string[] {
  const calls =
    'openat,write,writev,pwrite64,fsync,fdatasync,ftruncate,rename,unlink,mkdir,link,sendmsg,sendto,copy_file_range'
  return [
    '-D',
    '-f',
    '-y',
    '-xx',
    '-s',
    String(recordedBytesMax),
    '--seccomp-bpf',
    '-o',
    file,
    '-e',
    `trace=${calls}`,
  ]
}

/** Calls on paths below `root`, and everything that was said to somebody. */
export async function readTrace(file: string, root: string): Promise<TracedCall[]> {
  const calls: TracedCall[] = []
  const begun = new Map<string, string>()
  for await (const line of createInterface({ input: createReadStream(file, 'latin1') })) {
    const { thread = '', rest = '' } = /^(?<thread>\d+)\s+(?<rest>.*)$/.exec(line)?.groups ?? {}
    const unfinished = / <unfinished \.\.\.>$/.exec(rest)
    if (unfinished !== null) {
      const start = rest.slice(0, unfinished.index)
      begun.set(thread, start)
      const said = answerOf(`${start})`)
      if (said !== null) calls.push(said)
      continue
    }
    const resumed = /^<\.\.\. \w+ resumed>/.exec(rest)
    const whole = resumed === null ? rest : `${begun.get(thread) ?? ''}${rest.slice(resumed[0].length)}`
    const parsed = callOf(whole)
    if (whole.includes('"...')) throw new Error(`a call wrote more than is recorded: ${whole.slice(0, 80)}`)
    if (parsed === null || (parsed.call === 'answer' && resumed !== null)) continue
    if (parsed.call === 'answer' || parsed.path.startsWith(root)) calls.push(parsed)
  }
  return calls
}

const hex = String.raw`((?:\\x[0-9a-f]{2})*)`
const handle = String.raw`(\d+)<${hex}(?:\(deleted\))?>`
const answerPattern = new RegExp(String.raw`^(?:write|writev|sendmsg|sendto)\(${handle}, (.*)\)`)

function answerOf(line: string): TracedCall | null {
  const [, , place = '', rest = ''] = answerPattern.exec(line) ?? []
  if (place === '' || textOf(place).startsWith('/')) return null
  const parts = [...rest.matchAll(new RegExp(`"${hex}"`, 'g'))].map(([, bytes = '']) => bytesOf(bytes))
  return { call: 'answer', bytes: Buffer.concat(parts) }
}

const patterns: readonly (readonly [RegExp, (...parts: string[]) => TracedCall | null])[] = [
  [
    new RegExp(String.raw`^openat\([^"]*"${hex}", ([A-Z_|]+).* = (\d+)<`),
    (path = '', flags = '', fd = '') => ({
      call: 'open',
      path: textOf(path),
      fd: Number(fd),
      creates: flags.includes('O_CREAT'),
      truncates: flags.includes('O_TRUNC'),
      appends: flags.includes('O_APPEND'),
    }),
  ],
  [
    new RegExp(String.raw`^pwrite64\(${handle}, "${hex}", \d+, (\d+)\) += (\d+)`),
    (fd = '', path = '', bytes = '', at = '', done = '') => written(fd, path, bytes, Number(at), done),
  ],
  [
    new RegExp(String.raw`^write\(${handle}, "${hex}", \d+\) += (\d+)`),
    (fd = '', path = '', bytes = '', done = '') => written(fd, path, bytes, null, done),
  ],
  [
    new RegExp(String.raw`^copy_file_range\(${handle}, [^,]*, ${handle}, .* = (\d+)`),
    (_ = '', from = '', _to = '', path = '', length = '') => ({
      call: 'copy',
      from: textOf(from),
      path: textOf(path),
      length: Number(length),
    }),
  ],
  [
    new RegExp(String.raw`^ftruncate\(${handle}, (\d+)\) += 0`),
    (_ = '', path = '', length = '') => ({ call: 'truncate', path: textOf(path), length: Number(length) }),
  ],
  [
    new RegExp(String.raw`^(?:fsync|fdatasync)\(${handle}\) += 0`),
    (_ = '', path = '') => ({ call: 'sync', path: textOf(path) }),
  ],
  [
    new RegExp(String.raw`^(rename|link)\("${hex}", "${hex}"\) += 0`),
    (call = '', path = '', to = '') => ({
      call: call === 'link' ? 'link' : 'rename',
      path: textOf(path),
      to: textOf(to),
    }),
  ],
  [new RegExp(String.raw`^unlink\("${hex}"\) += 0`), (path = '') => ({ call: 'remove', path: textOf(path) })],
  [
    new RegExp(String.raw`^mkdir\("${hex}", .*\) += 0`),
    (path = '') => ({ call: 'makeFolder', path: textOf(path) }),
  ],
]

function callOf(line: string): TracedCall | null {
  const said = / = -1 /.test(line) ? null : answerOf(line)
  if (said !== null) return said
  for (const [pattern, make] of patterns) {
    const [found, ...parts] = pattern.exec(line) ?? []
    if (found !== undefined) return make(...parts)
  }
  return null
}

function written(
  fd: string,
  path: string,
  bytes: string,
  at: number | null,
  done: string,
): TracedCall | null {
  const place = textOf(path)
  if (!place.startsWith('/')) return null
  return { call: 'write', path: place, fd: Number(fd), at, bytes: bytesOf(bytes).subarray(0, Number(done)) }
}

function bytesOf(text: string): Buffer {
  return Buffer.from(text.replaceAll('\\x', ''), 'hex')
}

function textOf(text: string): string {
  return bytesOf(text).toString('utf8')
}
