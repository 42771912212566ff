import { battery, decentlab, HEADER_FIELDS } from '../families/decentlab.ts'

/** Particulate matter with temperature, humidity and air pressure. Payload: Decentlab's DL-PM user guide. */
export const title = 'Decentlab DL-PM'

const SIZES = ['0_5', '1', '2_5', '4', '10'] as const

export const fields = {
  ...HEADER_FIELDS,
  battery_voltage: 'V',
  pm1: 'ug/m3',
  pm2_5: 'ug/m3',
  pm4: 'ug/m3',
  pm10: 'ug/m3',
  typical_particle_size: 'nm',
  ...Object.fromEntries(SIZES.map((size) => [`particles_${size}`, '1/cm3'])),
  temperature: 'Cel',
  humidity: '%',
  pressure: 'Pa',
}

export const decodeUplink = decentlab([
  battery,
  {
    words: 10,
    read: ([pm1 = 0, pm2_5 = 0, pm4 = 0, pm10 = 0, size = 0, ...numbers]) => ({
      pm1: pm1 / 10,
      pm2_5: pm2_5 / 10,
      pm4: pm4 / 10,
      pm10: pm10 / 10,
      typical_particle_size: size,
      ...Object.fromEntries(SIZES.map((name, i) => [`particles_${name}`, (numbers[i] ?? 0) / 10])),
    }),
  },
  {
    words: 2,
    // Sensirion SHT21 datasheet, section 6.
    read: ([t = 0, rh = 0]) => ({ temperature: (175.72 * t) / 65_536 - 46.85, humidity: (125 * rh) / 65_536 - 6 }),
  },
  { words: 1, read: ([pressure = 0]) => ({ pressure: pressure * 2 }) },
])
