// Short ids that tie an answer to its log line. Unique within one run of the daemon and unlikely to repeat across
// runs; nothing depends on their being secret.
import { randomBytes } from 'node:crypto'

export type RequestIds = () => string

export function createRequestIds(run: string = randomBytes(4).toString('hex')): RequestIds {
  let count = 0
  return () => {
    count += 1
    return `${run}-${count.toString(36)}`
  }
}
