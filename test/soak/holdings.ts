// What a running daemon's memory consists of: resident pages by what they are backed with, and the heap of each isolate
// (main thread and workers), read from a report that Node writes on a signal. It asks nothing of the daemon's own code.
import { mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

const reportWaitMsMax = 10_000

export interface Holdings {
  /** Resident pages that are the process's own, and those of files it maps (programs, libraries). */
  readonly ownMib: number
  readonly mappedMib: number
  /** Per isolate, the main thread first. */
  readonly heaps: readonly HeapUse[]
}

export interface HeapUse {
  readonly usedMib: number
  readonly committedMib: number
  /** What lives outside of the heap and belongs to its objects: buffers, the addon's statements. */
  readonly externalMib: number
  readonly spacesMib: Readonly<Record<string, number>>
}

/** Node's arguments with which a program writes a report on SIGUSR2 into `folder`. */
export function reportingArgs(folder: string): string[] {
  mkdirSync(folder, { recursive: true })
  return [
    '--report-on-signal',
    '--report-signal=SIGUSR2',
    `--report-directory=${folder}`,
    '--report-exclude-network',
    '--report-exclude-env',
  ]
}

/** Null when no report came in time, as from a process that ends. */
export async function holdingsOf(pid: number, folder: string): Promise<Holdings | null> {
  const rollup = readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8')
  const kib = (name: string): number => Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(rollup)?.[1] ?? 0)
  const ownMib = kib('Anonymous') / 1_024
  const mappedMib = kib('Rss') / 1_024 - ownMib
  process.kill(pid, 'SIGUSR2')
  const report = await nextReport(folder)
  return report === null
    ? null
    : { ownMib, mappedMib, heaps: [report, ...(report.workers ?? [])].map(heapUse) }
}

interface Report {
  readonly javascriptHeap: {
    readonly usedMemory: number
    readonly totalCommittedMemory: number
    readonly externalMemory?: number
    readonly heapSpaces: Readonly<Record<string, { readonly used: number }>>
  }
  readonly workers?: readonly Report[]
}

async function nextReport(folder: string): Promise<Report | null> {
  const deadline = performance.now() + reportWaitMsMax
  while (performance.now() < deadline) {
    for (const name of readdirSync(folder)) {
      try {
        const report = JSON.parse(readFileSync(join(folder, name), 'utf8')) as Report
        rmSync(join(folder, name))
        return report
      } catch {
        // still being written
      }
    }
    await sleep(50)
  }
  return null
}

function heapUse({ javascriptHeap: heap }: Report): HeapUse {
  const spaces = Object.entries(heap.heapSpaces).map(([name, { used }]) => [name, mib(used)])
  return {
    usedMib: mib(heap.usedMemory),
    committedMib: mib(heap.totalCommittedMemory),
    externalMib: mib(heap.externalMemory ?? 0),
    spacesMib: Object.fromEntries(spaces),
  }
}

function mib(bytes: number): number {
  return bytes / 1_048_576
}
