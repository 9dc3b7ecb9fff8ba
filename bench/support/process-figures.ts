// What a running process has used so far, from /proc (Linux); 0 for one that has just ended.
import { readFileSync } from 'node:fs'

const ticksPerSecond = 100

/** User and system time. */
export function cpuSecondsOf(pid: number): number {
  const stat = read(pid, 'stat')
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return (Number(fields[11] ?? 0) + Number(fields[12] ?? 0)) / ticksPerSecond
}

/** The most that was ever resident, MiB. */
export function peakMbOf(pid: number): number {
  const [, kib = '0'] = /^VmHWM:\s+(\d+)/m.exec(read(pid, 'status')) ?? []
  return Math.round(Number(kib) / 1_024)
}

function read(pid: number, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8')
  } catch {
    return ''
  }
}
