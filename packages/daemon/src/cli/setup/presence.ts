// Which hosts are on this machine, and what that is told by: the program on the PATH, or a folder that it keeps things in.
import { existsSync } from 'node:fs'
import { findProgram } from '../search-path.ts'
import type { HostIntegration, SetupPlace } from './host.ts'
import type { ShowPath } from './show-path.ts'

export interface Presence {
  readonly host: HostIntegration
  readonly isHere: boolean
  /** 'claude is on the PATH (/usr/bin/claude), ~/.claude is there' */
  readonly why: string
}

export function presenceOf(host: HostIntegration, place: SetupPlace, show: ShowPath): Presence {
  const { program } = host
  const path = findProgram(program, place.searchPath)
  const folders = host.folders(place)
  const there = folders.filter((folder) => existsSync(folder))
  const signs = [
    ...(path === null ? [] : [`${program} is on the PATH (${show(path)})`]),
    ...there.map((folder) => `${show(folder)} is there`),
  ]
  if (signs.length > 0) return { host, isHere: true, why: signs.join(', ') }
  return { host, isHere: false, why: `no ${program} on the PATH, no ${folders.map(show).join(', no ')}` }
}
