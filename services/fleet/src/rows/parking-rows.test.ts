import { expect, test } from 'vitest'
import { parkingRows } from './parking-rows.ts'

const HEADER = 'Lastupdated,Status_Timestamp,Status_Description,KerbsideID\n'
const file = `${HEADER}2025-01-22T14:44:37+11:00,2024-05-03T12:55:43+10:00,Unoccupied,1
2025-08-07T10:59:39+10:00,2025-08-07T10:53:22+10:00,Present,2
2025-08-07T08:59:39+08:00,2025-08-06T08:59:39+08:00,Present,3
`

test('what changed within six hours is sent when it changed, then every bay as it stands in the snapshot', () => {
  expect(parkingRows(file, 0)).toEqual([
    {
      sensor: '2',
      at: Date.parse('2025-08-07T00:53:22Z'),
      payload: `${HEADER}2025-08-07T10:53:22+10:00,2025-08-07T10:53:22+10:00,Present,2\n`,
    },
    {
      sensor: '1',
      at: Date.parse('2025-08-07T00:59:39Z'),
      payload: `${HEADER}2025-01-22T14:44:37+11:00,2024-05-03T12:55:43+10:00,Unoccupied,1\n`,
    },
    {
      sensor: '2',
      at: Date.parse('2025-08-07T00:59:39Z'),
      payload: `${HEADER}2025-08-07T10:59:39+10:00,2025-08-07T10:53:22+10:00,Present,2\n`,
    },
    {
      sensor: '3',
      at: Date.parse('2025-08-07T00:59:39Z'),
      payload: `${HEADER}2025-08-07T08:59:39+08:00,2025-08-06T08:59:39+08:00,Present,3\n`,
    },
  ])
})
