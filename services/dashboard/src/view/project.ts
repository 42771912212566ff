/** A place on the drawing, in its pixels. */
export interface Spot {
  readonly id: string
  readonly x: number
  readonly y: number
}

export interface Projection {
  readonly spots: readonly Spot[]
  readonly metresPerPixel: number
}

const METRES_PER_DEGREE = 111_320

/**
 * Fits places (degrees) into a drawing, north up, equally scaled both ways: equirectangular at the middle latitude,
 * which over a city is off by less than a pixel. `pad` stays free on every side.
 */
export function project(
  places: readonly { id: string; lon: number; lat: number }[],
  width: number,
  height: number,
  pad: number,
): Projection {
  if (places.length === 0) return { spots: [], metresPerPixel: 1 }
  const lons = places.map((p) => p.lon)
  const lats = places.map((p) => p.lat)
  const middle = { lon: (Math.min(...lons) + Math.max(...lons)) / 2, lat: (Math.min(...lats) + Math.max(...lats)) / 2 }
  const shrink = Math.cos((middle.lat * Math.PI) / 180)
  const across = (Math.max(...lons) - Math.min(...lons)) * shrink * METRES_PER_DEGREE
  const up = (Math.max(...lats) - Math.min(...lats)) * METRES_PER_DEGREE
  const metresPerPixel = Math.max(across / Math.max(1, width - 2 * pad), up / Math.max(1, height - 2 * pad), 1)
  const spots = places.map(({ id, lon, lat }) => ({
    id,
    x: width / 2 + ((lon - middle.lon) * shrink * METRES_PER_DEGREE) / metresPerPixel,
    y: height / 2 - ((lat - middle.lat) * METRES_PER_DEGREE) / metresPerPixel,
  }))
  return { spots, metresPerPixel }
}

/** The longest round length (1, 2 or 5 times a power of ten metres) that is at most `pixels` long on the drawing. */
export function scaleBar(metresPerPixel: number, pixels: number): { metres: number; pixels: number } {
  const most = metresPerPixel * pixels
  const power = 10 ** Math.floor(Math.log10(most))
  const metres = ([5, 2, 1].find((m) => m * power <= most) ?? 1) * power
  return { metres, pixels: metres / metresPerPixel }
}
