import type { Reading } from './oracle.ts'

// Payloads of the streams of which no data is shipped, in the form in which their devices send them, with what they mean.

/** A payload, when it is sent, and the reading that it is. */
export interface MadePayload {
  readonly sensor: string
  readonly at: number
  readonly payload: string
  readonly reading: Reading
}

const TWO_MINUTES = 120_000
const QUARTER = 900_000

const pad = (text: string | number, width: number) => String(text).padStart(width, '0')
const none = (width: number) => 'x'.repeat(width)

/** Frames of two S-DoT sensors every two minutes: the temperature sinks below zero, wind is not measured. */
export function environmentPayloads(from: number, to: number): MadePayload[] {
  return steps(from, to, TWO_MINUTES).flatMap((at, i) =>
    [1, 2].map((k) => {
      const [dust, tenths, noise, calibrated] = [(i * k) % 90, 120 - (i % 240), 40 + (i % 40), (i % 7) - 3]
      const degrees = `${tenths < 0 ? '-' : ''}${pad((Math.abs(tenths) / 10).toFixed(1), tenths < 0 ? 6 : 7)}`
      const [axes, minute] = ['0000.03', new Date(at + 9 * 3_600_000).toISOString().replaceAll(/[-T:]/g, '').slice(0, 12)]
      const payload = [
        `SDOT001V02Q000000${k}${pad(dust, 4)}${pad(dust + 5, 4)}${degrees}075`,
        ...[none(4), none(7), none(4), none(7), '001200', '00000.0', String(noise), axes.repeat(6), none(7)],
        `${calibrated < 0 ? '-' : ''}${pad(Math.abs(calibrated), calibrated < 0 ? 3 : 4)}0002${minute}`,
      ].join('')
      const values = {
        pm2_5: dust,
        pm10: dust + 5,
        temperature: tenths,
        humidity: 75,
        illuminance: 1_200,
        uv_index: 0,
        noise,
        pm2_5_calibrated: calibrated,
      }
      const rest = {
        pm10_calibrated: 2,
        ...Object.fromEntries(
          ['x', 'y', 'z'].flatMap((a) => [
            [`vibration_${a}`, 3],
            [`vibration_${a}_max`, 3],
          ]),
        ),
      }
      return { sensor: `env-0${k}`, at, payload, reading: { sensor: `env-0${k}`, at, values: { ...values, ...rest } } }
    }),
  )
}

/** Uplinks of a LoRaWAN noise meter, as LORIOT delivers them, each heard by two gateways and delivered with both. */
export function noisePayloads(from: number, to: number): MadePayload[] {
  return steps(from, to, QUARTER).map((at, i) => {
    const tenths = 500 + (i % 300)
    const data = `01090724ffffffff${tenths.toString(16).padStart(4, '0')}00`
    const uplink = { cmd: 'gw', seqno: i, EUI: '0102030405060708', ts: at, fcnt: i, port: 6, freq: 868_300_000, data }
    const payload = JSON.stringify({
      ...uplink,
      gws: [
        { rssi: -38, ts: at, gweui: '1020304080706050' },
        { rssi: -42, ts: at + 2, gweui: '1020304081716151' },
      ],
    })
    return { sensor: 'noise-1', at, payload, reading: { sensor: 'noise-1', at, values: { noise: tenths } } }
  })
}

/** What three compactors see: a piece or more of some kind every seven minutes, with a picture that nobody asked for. */
export function compactorPayloads(from: number, to: number): MadePayload[] {
  const kinds = ['bag', 'box', 'bulky', 'green', 'other']
  return steps(from, to, 7 * 60_000).map((at, i) => {
    const sensor = `compactor-${(i % 3) + 1}`
    const [items, confidence, fill] = [1 + (i % 4), 50 + (i % 50), i % 5 === 0 ? null : i % 101]
    const said = {
      at: new Date(at).toISOString(),
      item: kinds[i % 5],
      items,
      confidence: confidence / 100,
      fill,
      seq: i,
      image: 'data:image/jpeg;base64,/9j/4AAQ',
    }
    return { sensor, at, payload: JSON.stringify(said), reading: { sensor, at, values: { items, confidence, fill } } }
  })
}

/** Totals of six bicycle counters every five minutes, each of which is started anew once, in the middle. */
export function bicyclePayloads(from: number, to: number): MadePayload[] {
  const restart = Math.floor((to - from) / 2 / 300_000)
  return [1, 2, 3, 4, 5, 6].flatMap((k) =>
    steps(from, to, 300_000).map((at, i) => {
      const sensor = `counter-${k}`
      const [boot, seq] = i < restart + k ? [1, i] : [2, i - restart - k]
      const bicycles = boot === 1 ? 40_000 + i * k + (i % 3) : seq * k
      const payload = JSON.stringify({ at: new Date(at).toISOString(), bicycles, boot, seq })
      return { sensor, at, payload, reading: { sensor, at, values: { bicycles } } }
    }),
  )
}

function steps(from: number, to: number, size: number): number[] {
  return Array.from({ length: Math.floor((to - from) / size) }, (_, i) => from + i * size)
}
