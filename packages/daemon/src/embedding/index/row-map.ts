// Row number by id: open addressing in one Int32Array, because a Map of a million numbers costs ten times the memory.
// Keeps no ids itself: it asks `idOf` what a row holds.

const slotsMin = 1024
/** Slots are doubled before they are fuller than this. */
const loadMax = 0.75

export class RowMap {
  private slots = new Int32Array(slotsMin)
  private count = 0
  private readonly idOf: (row: number) => number

  constructor(idOf: (row: number) => number) {
    this.idOf = idOf
  }

  get bytes(): number {
    return this.slots.byteLength
  }

  /** The row of `id`, or -1. */
  get(id: number): number {
    const slot = this.find(id)
    return slot < 0 ? -1 : (this.slots[slot] as number) - 1
  }

  /** `id` must not be in the map, and `idOf(row)` must already answer it. */
  add(id: number, row: number): void {
    if (this.count + 1 > this.slots.length * loadMax) this.grow()
    this.place(id, row)
    this.count++
  }

  /** Says that `id`, which is in the map, moved to another row. */
  move(id: number, row: number): void {
    this.slots[this.find(id)] = row + 1
  }

  delete(id: number): void {
    let hole = this.find(id)
    if (hole < 0) return
    this.count--
    const mask = this.slots.length - 1
    // Backward shift: every later entry of the run that may sit in the hole moves there, so no tombstones are needed.
    for (let at = (hole + 1) & mask; (this.slots[at] as number) !== 0; at = (at + 1) & mask) {
      const home = hash(this.idOf((this.slots[at] as number) - 1)) & mask
      if (((at - home) & mask) < ((at - hole) & mask)) continue
      this.slots[hole] = this.slots[at] as number
      hole = at
    }
    this.slots[hole] = 0
  }

  private find(id: number): number {
    const mask = this.slots.length - 1
    for (let at = hash(id) & mask; ; at = (at + 1) & mask) {
      const entry = this.slots[at] as number
      if (entry === 0) return -1
      if (this.idOf(entry - 1) === id) return at
    }
  }

  private place(id: number, row: number): void {
    const mask = this.slots.length - 1
    let at = hash(id) & mask
    while ((this.slots[at] as number) !== 0) at = (at + 1) & mask
    this.slots[at] = row + 1
  }

  private grow(): void {
    const entries = this.slots
    this.slots = new Int32Array(entries.length * 2)
    for (const entry of entries) if (entry !== 0) this.place(this.idOf(entry - 1), entry - 1)
  }
}

function hash(id: number): number {
  let x = (id | 0) ^ Math.imul((id / 4_294_967_296) | 0, 0x9e3779b1)
  x = Math.imul(x ^ (x >>> 16), 0x21f0aaad)
  x = Math.imul(x ^ (x >>> 15), 0x735a2d97)
  return (x ^ (x >>> 15)) >>> 0
}
