/** Why a message is refused: the closed list that quarantine, metrics and accounting share. */
export const REASONS = [
  'no_stream', // the MQTT topic belongs to no stream
  'not_approved', // no current privacy assessment
  'unregistered', // the sensor is not in the register
  'out_of_service', // before the sensor's installation or after its removal
  'not_yours', // the client may not publish for this sensor
  'undecodable', // not the codec's format
  'invalid', // a field is missing, of the wrong type or out of range
  'identifying', // a value looks like a MAC, an IMEI or an e-mail address
  'no_time', // `at` is missing or has no offset
  'too_old', // older than the contract's `behind`
  'too_large', // over the length limit
  'unknown_schema', // a record in Kafka names a schema id that the contract does not have
  'corrupt', // a record in Kafka cannot be decoded
] as const

export type Reason = (typeof REASONS)[number]
