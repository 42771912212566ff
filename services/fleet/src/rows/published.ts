import { shipBikeShare, shipBins, shipCollections, shipMicroclimate, shipParking, shipPedestrians, shipTraffic } from './ship.ts'

const BAYS = 'melbourne-parking-bays/on-street-parking-bay-sensors-20250807T'

/** Shipped file: the published files that it was made of. */
export const PUBLISHED: Readonly<Record<string, readonly string[]>> = {
  'pedestrian-counts': ['melbourne-pedestrian-minute/per-minute-20230604T2311-20230605T0759.csv'],
  'bin-levels': ['wyndham-smart-bins/wyndham-2018-06-26_2019-12-31.csv'],
  'bike-share': ['130430', '140435', '150447'].map((time) => `ecobici-gbfs/station_status_20240412${time}.json`),
  'bin-collections': ['edinburgh-enevo-bins/collections-20160603-20160705.csv'],
  microclimate: ['melbourne-microclimate/microclimate-20240529-20240612.csv'],
  'parking-bays-morning': [`${BAYS}1059-offsets-10-11.csv`],
  'parking-bays-afternoon': [`${BAYS}1721-offset-08.csv`],
  'traffic-counts': ['aarhus-traffic/realtime-traffic-20240322.csv'],
}

const ONE: Readonly<Record<string, (published: string) => string>> = {
  'pedestrian-counts': shipPedestrians,
  'bin-levels': shipBins,
  'bin-collections': shipCollections,
  microclimate: shipMicroclimate,
  'parking-bays-morning': shipParking,
  'parking-bays-afternoon': shipParking,
  'traffic-counts': shipTraffic,
}

/** The shipped form of the published files of `PUBLISHED`. */
export function shippedForm(name: string, published: readonly string[]): string {
  const ship = ONE[name]
  return ship === undefined ? shipBikeShare(published) : ship(published[0] as string)
}
