/** Names of fields that would single out a person or a device; biometrics above all. */
const NAMES = [
  /(^|_)(face|faces|facial|iris|retina|gait|palm)(_|$)|finger_?print|voice_?print|biometric/,
  /(number|licen[cs]e|vehicle)_?plate|^plate$|registration_?number|(phone|mobile)(_?number)?$/,
  /(^|_)(mac|bssid|ssid|imei|imsi|msisdn|iccid|eui|dev_?eui|idfa|gaid|ip)(_|$)/,
  /(^|_)(e_?mail|passport|surname|first_?name|last_?name|full_?name|birth|ssn|address)(_|$)/,
  /^(image|photo|picture|snapshot|thumbnail|video|audio|embedding|descriptor|trajectory)s?(_(data|url|uri|file|bytes|hash|base64))?$/,
  /(^|_)(track|tracking|object|visitor|subject|tag|badge|ticket)_(id|uuid|hash)$/,
  /(^|_)(gender|sex|ethnicity|race|religion|emotion|person_age|age_group|age_class)(_|$)/,
  /(^|_)(user|person|device|customer|card|account|vehicle)_?(id|name|number|hash)(_|$)/,
]

/** Whether a field's name says that it identifies people or their devices: no contract may have it. */
export function isIdentifyingName(name: string): boolean {
  const snake = name.replace(/([a-z0-9])([A-Z])/g, '$1_$2').toLowerCase()
  return NAMES.some((pattern) => pattern.test(snake))
}

/** What a label must not be able to say, one specimen for each way of writing it. */
const SPECIMENS: readonly (readonly [string, readonly string[]])[] = [
  ['a MAC address', ['00:6e:02:01:9e:54', '00-6E-02-01-9E-54', '006e.0201.9e54', '006e02019e54', '006E02019E54']],
  ['a DevEUI', ['70B3D57ED0041234', '70b3d57ed0041234', '70-b3-d5-7e-d0-04-12-34']],
  ['an IMEI', ['353879234252633', '35-387923-425263-3']],
  ['an e-mail address', ['ana@example.org', 'a.b@mail.example.com']],
  ['a telephone number', ['+61491570006', '+61 491 570 006']],
  ['an IP address', ['203.0.113.7', '2001:db8::7']],
  ['a UUID', ['f81d4fae-7dec-11d0-a765-00a0c91e6bf6']],
]

/** What identifying thing the values of a `pattern` could be, in words; null where it lets none through. */
export function identifyingSpecimen(pattern: string): string | null {
  const whole = new RegExp(`^(?:${pattern})$`, 'u')
  return SPECIMENS.find(([, values]) => values.some((value) => whole.test(value)))?.[0] ?? null
}

/** Whether a sensor's id looks like hardware: a DevEUI, a MAC, an IMEI or a bare serial number. */
export function isHardwareId(id: string): boolean {
  const bare = id.replace(/[:.\-_]/g, '')
  return /^[0-9a-f]{16}$/i.test(bare) || /^([0-9a-f]{2}[:\-.]?){5}[0-9a-f]{2}$/i.test(id) || /^\d{7,}$/.test(bare)
}
