import { expect, test } from 'vitest'
import { type Feature, type Given, mergeRegister } from './merge-register.ts'

const feature = (id: string, properties: object, coordinates: number[] | null = [144.96, -37.81]): Feature => ({
  type: 'Feature',
  id,
  geometry: coordinates === null ? null : { type: 'Point', coordinates },
  properties: { place: 'exact', ...properties },
})
const given = (id: string, more: Partial<Given> = {}): Given => ({
  ...{ id, coordinates: null, name: null, zone: null, installed: null, removed: null, details: null },
  ...more,
})
const OPTIONS = { since: '2026-11-25', removeMissing: false }
const REGISTER = [
  feature('1', { name: 'Melbourne Central', zone: 'City', aliases: ['Swa295'], every: 'PT5M', gateway: 'g' }),
  feature('2', { name: 'Shelter', place: 'none' }, null),
  feature('3', { name: 'Home', place: 'coarse' }, [144.961, -37.812]),
  feature('4', { name: 'Gone', removed: '2020-01-01' }),
]

test('what the file says already, in whatever spelling or within a metre, is no change', () => {
  const same = [given('1', { name: 'Melbourne Central', coordinates: [144.960_004, -37.810_003] }), given('2', {}), given('3')]
  const { features, changes, missing } = mergeRegister(REGISTER, same, OPTIONS)
  expect([features, changes, missing]).toEqual([REGISTER, [], []])
  const respelt = mergeRegister(REGISTER, [given('swa295'), given('2'), given('3')], OPTIONS)
  expect([respelt.features, respelt.changes, respelt.missing]).toEqual([REGISTER, [], []])
})

test('a sensor that moved or has another name is dated; the old name stays as an alias, what the file does not say stays', () => {
  const { features, changes } = mergeRegister(
    REGISTER,
    [given('1', { name: 'Swanston St', zone: 'Centre', coordinates: [144.96, -37.82] })],
    OPTIONS,
  )
  expect(features[0]).toEqual(
    feature(
      '1',
      {
        ...{
          name: 'Swanston St',
          zone: 'Centre',
          aliases: ['Swa295', 'Melbourne Central'],
          every: 'PT5M',
          gateway: 'g',
          since: '2026-11-25',
        },
      },
      [144.96, -37.82],
    ),
  )
  expect(changes).toEqual(['~ 1 name "Melbourne Central" → "Swanston St", zone "City" → "Centre", moved 1112 m'])
  const respelt = mergeRegister(REGISTER, [given('1', { name: 'MELBOURNE  CENTRAL' })], OPTIONS)
  expect(respelt.features[0]?.properties).toMatchObject({ name: 'MELBOURNE  CENTRAL', aliases: ['Swa295'] })
})

test('details are taken, dated where they change, and what the file does not say of them stays', () => {
  const bay = feature('1', { name: 'Bay 1', details: { time_limit: 60, sign: 'P1' } })
  const merge = (details: Given['details']) => mergeRegister([bay], [given('1', { details })], OPTIONS)
  expect(merge({ time_limit: 60 }).changes).toEqual([])
  const { features, changes } = merge({ time_limit: 120, disability: true })
  expect(features[0]?.properties).toEqual({
    ...bay.properties,
    details: { time_limit: 120, sign: 'P1', disability: true },
    since: '2026-11-25',
  })
  expect(changes).toEqual(['~ 1 time_limit 60 → 120, disability null → true'])
  expect(mergeRegister([], [given('9', { details: { disability: false } })], OPTIONS).features[0]?.properties).toEqual({
    name: '9',
    place: 'none',
    details: { disability: false },
  })
})

test('two features of a file that are one sensor of the register are told, not joined', () => {
  const two = [given('1', { name: 'Swanston St' }), given('SWA295', { name: 'Elizabeth St' })]
  expect(() => mergeRegister(REGISTER, two, OPTIONS)).toThrow('its "1" and its "SWA295" are both sensor "1" of the register')
  expect(() => mergeRegister([], [given('9'), given('9')], OPTIONS)).toThrow(/both sensor "9"/)
})

test('a hidden place stays hidden, a coarse one coarse', () => {
  const file = [given('2', { coordinates: [144.9, -37.8] }), given('3', { coordinates: [144.967_89, -37.812_34] })]
  const { features, changes } = mergeRegister(REGISTER, file, OPTIONS)
  expect([features[1], features[2]?.geometry]).toEqual([REGISTER[1], { type: 'Point', coordinates: [144.968, -37.812] }])
  expect(changes).toEqual(['~ 3 moved 615 m'])
})

test('new sensors are added, installation and removal are not dated again, missing ones are named or removed', () => {
  const file = [
    given('9', { name: 'New', coordinates: [1, 2], installed: '2026-01-01' }),
    given('10'),
    given('1', { removed: '2026-02-01' }),
  ]
  const { features, changes, missing } = mergeRegister(REGISTER, file, OPTIONS)
  expect(features.slice(4)).toEqual([
    feature('9', { name: 'New', installed: '2026-01-01' }, [1, 2]),
    feature('10', { name: '10', place: 'none' }, null),
  ])
  expect(features[0]?.properties).toEqual({ ...REGISTER[0]!.properties, removed: '2026-02-01' })
  expect(changes).toEqual(['+ 9 New', '+ 10', '~ 1 removed null → "2026-02-01"'])
  expect(missing).toEqual(['2', '3'])
  const removing = mergeRegister(REGISTER, file, { ...OPTIONS, removeMissing: true })
  expect(removing.changes.slice(3)).toEqual(['- 2 removed 2026-11-25', '- 3 removed 2026-11-25'])
  expect(removing.missing).toEqual([])
})
