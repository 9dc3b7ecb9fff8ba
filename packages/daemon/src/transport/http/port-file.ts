// `.http.port`: how clients find the port. There while the listener is bound, and only ever removed by the daemon
// whose port it holds.
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { readPrivateFile, writePrivateFile } from '../../kit/private-file.ts'

const portFileBytesMax = 16

export function portFilePath(dataDir: string): string {
  return join(dataDir, '.http.port')
}

/** Raises data_dir_unsafe or disk_full. */
export function writePortFile(dataDir: string, port: number): void {
  writePrivateFile(portFilePath(dataDir), String(port))
}

/** The port in the file; null when there is none or it holds something else. Raises data_dir_unsafe. */
export function readPortFile(dataDir: string): number | null {
  const text = readPrivateFile(portFilePath(dataDir), portFileBytesMax)
  return text !== null && /^[1-9]\d{0,4}$/.test(text) ? Number(text) : null
}

/** Leaves the file alone when it no longer holds `port`, or when it is no longer a file of ours. */
export function removePortFile(dataDir: string, port: number): void {
  let held: number | null
  try {
    held = readPortFile(dataDir)
  } catch {
    return // replaced by something we would not even read: not ours to remove
  }
  if (held === port) rmSync(portFilePath(dataDir), { force: true })
}
