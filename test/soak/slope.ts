// How fast something grows, whatever single points do: the median of the slopes between all pairs of points (Theil and
// Sen), which garbage collection's saw teeth and one odd look do not move.
export function slopeOf(points: readonly (readonly [x: number, y: number])[]): number {
  const slopes: number[] = []
  for (const [index, [x, y]] of points.entries()) {
    for (const [laterX, laterY] of points.slice(index + 1))
      if (laterX > x) slopes.push((laterY - y) / (laterX - x))
  }
  slopes.sort((one, other) => one - other)
  return slopes[Math.floor(slopes.length / 2)] ?? 0
}
