// What one check of `doctor` finds.

export interface Finding {
  /**
   * ok: fine · note: fine, and good to know · fixed: was wrong, and --fix has mended it · warn: works, but should not
   * stay so · fail: does not work
   */
  readonly state: 'ok' | 'note' | 'fixed' | 'warn' | 'fail'
  readonly check: string
  readonly found: string
  /** What to do about it; absent when there is nothing to do. */
  readonly remedy?: string
  /** Does what the remedy says, where that can lose nothing. Raises when it could not. */
  readonly fix?: () => Promise<void>
}

export function finding(state: Finding['state'], check: string, found: string, remedy?: string): Finding {
  return { state, check, found, ...(remedy !== undefined && { remedy }) }
}

/** A finding that `--fix` can mend. */
export function fixable(
  state: 'note' | 'warn' | 'fail',
  check: string,
  found: string,
  remedy: string,
  fix: () => Promise<void>,
): Finding {
  return { state, check, found, remedy, fix }
}

/** 'a, b, c and 4 more' */
export function listed(names: readonly string[], most: number): string {
  const more = names.length - most
  return more > 0 ? `${names.slice(0, most).join(', ')} and ${more} more` : names.join(', ')
}
