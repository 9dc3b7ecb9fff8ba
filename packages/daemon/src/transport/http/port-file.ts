// `.http.port`: how clients find the port. There while the listener is bound, and only ever removed by the daemon
// whose port it holds. A full disk delays it and does not keep the port closed: who knows the port is served.
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { isAppError } from '../../kit/errors.ts'
import { limits } from '../../kit/limits.ts'
import type { Log } from '../../kit/log.ts'
import { readPrivateFile, writePrivateFile } from '../../kit/private-file.ts'

const portFileBytesMax = 16

export function portFilePath(dataDir: string): string {
  return join(dataDir, '.http.port')
}

export interface PublishedPort {
  /** Leaves the file alone when it no longer holds the port, or when it is no longer a file of ours. */
  retract(): void
}

/** Raises data_dir_unsafe. While there is no space it tries again, every limits.portFileRetryEveryMs. */
export function publishPort(dataDir: string, port: number, log: Log): PublishedPort {
  let timer: NodeJS.Timeout | undefined
  const tryAgain = (): void => {
    try {
      if (writeIfSpace(dataDir, port)) clearInterval(timer)
    } catch (error) {
      clearInterval(timer)
      log.error('port_file_not_written', error)
    }
  }
  if (!writeIfSpace(dataDir, port)) {
    log.warn('port_file_waits_for_space', { port })
    timer = setInterval(tryAgain, limits.portFileRetryEveryMs).unref()
  }
  return {
    retract() {
      clearInterval(timer)
      removePortFile(dataDir, port)
    },
  }
}

function writeIfSpace(dataDir: string, port: number): boolean {
  try {
    writePrivateFile(portFilePath(dataDir), String(port))
    return true
  } catch (error) {
    if (!isAppError(error) || error.code !== 'disk_full') throw error
    // What a killed daemon left there leads clients, token and all, to whoever has that port now.
    rmSync(portFilePath(dataDir), { force: true })
    return false
  }
}

/** The port in the file; null when there is none or it holds something else. Raises data_dir_unsafe. */
export function readPortFile(dataDir: string): number | null {
  const text = readPrivateFile(portFilePath(dataDir), portFileBytesMax)
  return text !== null && /^[1-9]\d{0,4}$/.test(text) ? Number(text) : null
}

function removePortFile(dataDir: string, port: number): void {
  let held: number | null
  try {
    held = readPortFile(dataDir)
  } catch {
    return // replaced by something we would not even read: not ours to remove
  }
  if (held === port) rmSync(portFilePath(dataDir), { force: true })
}
