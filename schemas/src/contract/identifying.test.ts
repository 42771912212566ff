import { expect, test } from 'vitest'
import { isHardwareId, isIdentifyingName } from './identifying.ts'

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
