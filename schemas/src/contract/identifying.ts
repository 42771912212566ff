/** Names of fields that would single out a person or a device; biometrics above all. */
const NAMES = [
  /(^|_)(face|faces|facial|iris|retina|gait|palm)(_|$)|finger_?print|voice_?print|biometric/,
  /(number|licen[cs]e|vehicle)_?plate|^plate$|registration_?number|(phone|mobile)(_?number)?$/,
  /(^|_)(mac|bssid|ssid|imei|imsi|msisdn|iccid|eui|dev_?eui|idfa|gaid|ip)(_|$)/,
  /(^|_)(e_?mail|passport|surname|first_?name|last_?name|full_?name|birth|ssn|address)(_|$)/,
  /(^|_)(user|person|device|customer|card|account|vehicle)_?(id|name|number|hash)(_|$)/,
]

/** Whether a field's name says that it identifies people or their devices: no contract may have it. */
export function isIdentifyingName(name: string): boolean {
  const snake = name.replace(/([a-z0-9])([A-Z])/g, '$1_$2').toLowerCase()
  return NAMES.some((pattern) => pattern.test(snake))
}

/** Whether a sensor's id looks like hardware: a DevEUI, a MAC, an IMEI or a bare serial number. */
export function isHardwareId(id: string): boolean {
  const bare = id.replace(/[:.\-_]/g, '')
  return /^[0-9a-f]{16}$/i.test(bare) || /^([0-9a-f]{2}[:\-.]?){5}[0-9a-f]{2}$/i.test(id) || /^\d{7,}$/.test(bare)
}
