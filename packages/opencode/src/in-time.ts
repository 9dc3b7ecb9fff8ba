// Waiting, but never for ever: what the host or the daemon does is given so long, and then gone on without.

/** True when `work` settled (either way) within `ms`. The work itself is not stopped, and its failure is not raised. */
export async function settlesWithin(work: Promise<unknown>, ms: number): Promise<boolean> {
  const { promise: late, resolve } = Promise.withResolvers<false>()
  const timer = setTimeout(() => resolve(false), ms)
  const settled = work.then(
    () => true,
    () => true,
  )
  const inTime = await Promise.race([settled, late])
  clearTimeout(timer)
  return inTime
}
