import { AIR_FIELDS, netvoxAir } from '../families/netvox-air.ts'

/** Noise, temperature and humidity out of doors. */
export const title = 'Netvox R72624'

export const fields = AIR_FIELDS

export const decodeUplink = netvoxAir(0x09)
