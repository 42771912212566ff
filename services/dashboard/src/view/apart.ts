interface Round {
  readonly x: number
  readonly y: number
  readonly r: number
}

/** Circles may still cover this much of the sum of their radii. */
const OVERLAP = 0.25
/** Room for the ring around the chosen one. */
const EDGE = 6
const ROUNDS = 60
/** How strongly a circle is drawn back to its own place. */
const HOME = 0.04

/**
 * Moves circles apart until they hardly cover each other, each as near to its own place as that allows, inside the
 * drawing. The same input gives the same picture.
 */
export function apart<T extends Round>(circles: readonly T[], size: { width: number; height: number }): T[] {
  const now = circles.map(({ x, y }) => ({ x, y }))
  for (let round = 0; round < ROUNDS; round++) {
    for (let i = 0; i < now.length; i++) for (let j = i + 1; j < now.length; j++) push(circles, now, i, j)
    for (const [i, spot] of now.entries()) {
      const { x, y, r } = circles[i] as T
      const home = round < ROUNDS / 2 ? HOME : 0
      spot.x = clamp(spot.x + (x - spot.x) * home, r + EDGE, size.width - r - EDGE)
      spot.y = clamp(spot.y + (y - spot.y) * home, r + EDGE, size.height - r - EDGE)
    }
  }
  return circles.map((circle, i) => ({ ...circle, ...now[i] }))
}

function push(circles: readonly Round[], now: { x: number; y: number }[], i: number, j: number): void {
  const [a, b, first, second] = [now[i], now[j], circles[i], circles[j]]
  if (a === undefined || b === undefined || first === undefined || second === undefined) return
  const want = (first.r + second.r) * (1 - OVERLAP)
  // Two at one place part in a direction that their order gives: no chance in a picture.
  const [dx, dy] = a.x === b.x && a.y === b.y ? [Math.cos(i + j * 2.4), Math.sin(i + j * 2.4)] : [b.x - a.x, b.y - a.y]
  const distance = Math.hypot(b.x - a.x, b.y - a.y)
  if (distance >= want) return
  const length = Math.hypot(dx, dy)
  const step = (want - distance) / 2 / length
  a.x -= dx * step
  a.y -= dy * step
  b.x += dx * step
  b.y += dy * step
}

const clamp = (value: number, low: number, high: number) => Math.min(Math.max(value, low), Math.max(low, high))
