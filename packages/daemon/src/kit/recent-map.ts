// What was worked out lately, by name: bounded, and what is asked for again and again stays. Kept in two halves, of which
// the older is dropped when the younger is full; an order of use kept exactly would cost more than what is remembered.
import { assert } from './assert.ts'

export class RecentMap<Value> {
  private readonly halfMax: number
  private young = new Map<string, Value>()
  private old = new Map<string, Value>()

  constructor(entriesMax: number) {
    assert(entriesMax >= 2, 'a memory of what was recent has two halves')
    this.halfMax = Math.floor(entriesMax / 2)
  }

  /** At most as many as the map was made for. */
  get size(): number {
    return this.young.size + this.old.size
  }

  get(key: string): Value | undefined {
    const found = this.young.get(key)
    if (found !== undefined) return found
    const older = this.old.get(key)
    if (older !== undefined) {
      this.old.delete(key)
      this.set(key, older)
    }
    return older
  }

  set(key: string, value: Value): void {
    if (this.young.size >= this.halfMax) {
      this.old = this.young
      this.young = new Map()
    }
    this.young.set(key, value)
  }
}

/**
 * `text` as a string of its own. A piece of a longer string is a view of it and keeps it whole in memory, so that a map
 * of words would hold every text that a word came from.
 */
export function ownString(text: string): string {
  return Buffer.from(text, 'utf16le').toString('utf16le')
}
