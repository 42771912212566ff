import { expect, test } from 'vitest'
import { readDetails } from './details.ts'

const bays = [
  { id: 'a', details: { time_limit: 60, disability: true, sign: 'P 1, 8-18' } },
  { id: 'b', details: { time_limit: 60, disability: false } },
  { id: 'c', details: { time_limit: 120, disability: null } },
  { id: 'd' },
]
const found = (text: string) => {
  const read = readDetails(text, bays)
  return 'fault' in read ? read.fault : bays.filter((bay) => read.value(bay)).map(({ id }) => id)
}

test.each([
  ['', ['a', 'b', 'c', 'd']],
  ['time_limit', ['a', 'b', 'c']],
  ['time_limit:60', ['a', 'b']],
  ['time_limit: 60 , disability', ['a']],
  ['disability:false', ['b']],
  ['disability:null', []],
  ['time_limit:6', []],
])('details=%j finds %j', (text, ids) => expect(found(text)).toEqual(ids))

test.each(['timelimit:60', 'constructor', ':60'])('details=%j is at fault: no sensor has it', (text) => {
  expect(found(text)).toEqual({
    parameter: 'details',
    detail: `"${text.split(':')[0]}" is no detail of a sensor here; there are disability, sign, time_limit`,
  })
})
