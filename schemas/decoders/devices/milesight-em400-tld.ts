/** Distance to what lies in a bin, by laser. It speaks as the EM400-UDL does (Milesight's EM400-TLD user guide). */
export const title = 'Milesight EM400-TLD'

export { decodeUplink, fields } from './milesight-em400-udl.ts'
