import { expect, test } from 'vitest'
import { identifyingSpecimen, isHardwareId, isIdentifyingName } from './identifying.ts'

test.each([
  'face',
  'face_embedding',
  'faceId',
  'fingerprint',
  'iris_code',
  'number_plate',
  'licensePlate',
  'plate',
  'mac',
  'wifi_mac',
  'deviceId',
  'imei',
  'sim_imsi',
  'email',
  'e_mail',
  'phone',
  'mobile_number',
  'visitor_face',
  'userId',
  'user_name',
  'card_number',
  'ip',
  'home_address',
  'dev_eui',
  'image',
  'photo_url',
  'video',
  'embeddings',
  'trajectory',
  'track_id',
  'objectId',
  'gender',
  'age_group',
])('a field "%s" identifies', (name) => expect(isIdentifyingName(name)).toBe(true))

test.each([
  'direction_1',
  'fullness',
  'surface_temperature',
  'interface_errors',
  'template',
  'pm10',
  'occupancy',
  'machine_state',
  'ship_count',
  'phone_box_use_count',
  'people',
  'image_quality',
  'tracks',
  'object_count',
  'message_age',
  'sextant',
  'ticket_machine_state',
])('a field "%s" does not', (name) => {
  expect(isIdentifyingName(name)).toBe(false)
})

test.each([
  '70B3D57ED0041234',
  '70-b3-d5-7e-d0-04-12-34',
  'a84041ffff1234ab',
  '00:6e:02:01:9e:54',
  '00-6E-02-01-9E-54',
  '006e02019e54',
  '353879234252633',
  '1511190',
])('"%s" is hardware', (id) => {
  expect(isHardwareId(id)).toBe(true)
})

test.each(['59', '118', 'bin-01', 'sensor-0001999', 'aws5-0999', 'KSK-12', 'ICTMicroclimate-04'])('"%s" is a public id', (id) =>
  expect(isHardwareId(id)).toBe(false),
)

test.each([
  ['.*', 'a MAC address'],
  ['[A-Za-z0-9 ]{1,20}', 'a MAC address'],
  ['[0-9]+', 'an IMEI'],
  ['[a-z@.]+', 'an e-mail address'],
  ['[0-9.]{1,14}', 'an IP address'],
  ['[0-9+ ]{1,15}', 'an IMEI'],
  ['[0-9a-f-]{36}', 'a UUID'],
  ['[A-F0-9]{16}', 'a DevEUI'],
])('the pattern %s lets %s through', (pattern, what) => expect(identifyingSpecimen(pattern)).toBe(what))

test.each(['open|closed', '[A-Z]{1,3}[0-9]{1,4}', 'P[0-9]+', '[0-9]{1,6}', '(ok|low|err_[0-9]{3})', 'Zone [0-9]{4}'])(
  'the pattern %s lets none through',
  (pattern) => expect(identifyingSpecimen(pattern)).toBeNull(),
)
