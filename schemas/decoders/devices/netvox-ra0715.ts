import { AIR_FIELDS, netvoxAir } from '../families/netvox-air.ts'

/** Carbon dioxide, temperature and humidity; the second type is the RA0715Y. */
export const title = 'Netvox RA0715'

export const fields = AIR_FIELDS

export const decodeUplink = netvoxAir(0x05, 0x0d)
