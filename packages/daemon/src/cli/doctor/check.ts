// What one check of `doctor` finds.

export interface Finding {
  /** ok: fine · note: fine, and good to know · warn: works, but should not stay so · fail: does not work */
  readonly state: 'ok' | 'note' | 'warn' | 'fail'
  readonly check: string
  readonly found: string
  /** What to do about it; absent when there is nothing to do. */
  readonly remedy?: string
}

export function finding(state: Finding['state'], check: string, found: string, remedy?: string): Finding {
  return { state, check, found, ...(remedy !== undefined && { remedy }) }
}
