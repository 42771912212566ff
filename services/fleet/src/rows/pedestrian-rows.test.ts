import { expect, test } from 'vitest'
import { pedestrianRows } from './pedestrian-rows.ts'

const published = '\uFEFFLocationID,SensingDateTime,SensingDate,SensingTime,Direction_1,Direction_2,total_of_Directions\n'

test('a published file becomes readings, oldest first, with the time as published', () => {
  const rows = pedestrianRows(
    `${published}6,2023-06-05T07:59:00+10:00,2023-06-05,07:59,5,3,8\n14,2023-06-05T07:58:00+10:00,2023-06-05,07:58,0,2,2\n`,
  )
  expect(rows).toEqual([
    { sensor: '14', at: Date.UTC(2023, 5, 4, 21, 58), payload: { at: '2023-06-05T07:58:00+10:00', direction_1: 0, direction_2: 2 } },
    { sensor: '6', at: Date.UTC(2023, 5, 4, 21, 59), payload: { at: '2023-06-05T07:59:00+10:00', direction_1: 5, direction_2: 3 } },
  ])
})

test("another export's names, in batches that are not in the order of time", () => {
  const file = `Location_ID,Sensing_DateTime,Sensing_Date,Sensing_Time,Direction_1,Direction_2,Total_of_Directions
6,2023-06-05T02:40:00+10:00,2023-06-05,02:40,1,0,1
6,2023-06-05T02:54:00+10:00,2023-06-05,02:54,2,0,2
6,2023-06-05T01:40:00+10:00,2023-06-05,01:40,3,0,3
59,2023-06-05T01:40:00+10:00,2023-06-05,01:40,4,0,4
`
  expect(pedestrianRows(file).map(({ sensor, payload }) => [sensor, payload['direction_1']])).toEqual([
    ['59', 4],
    ['6', 3],
    ['6', 1],
    ['6', 2],
  ])
})

test('a missing column, and a figure that is none, are errors', () => {
  expect(() => pedestrianRows('LocationID,SensingDateTime,Direction_1\n6,2023-06-05T07:59:00+10:00,5\n')).toThrow(/Direction_2/)
  expect(() => pedestrianRows(`${published}6,2023-06-05T07:59:00+10:00,2023-06-05,07:59,na,3,3\n`)).toThrow(/"na"/)
})
