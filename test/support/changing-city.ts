import { cpSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { copyCity } from './city-folder.ts'

const BIN = path.join('streams', 'bin-levels')
const field = (name: string, type: unknown, more: object) => ({
  ...{ name, type, unit: '1', doc: name, observedProperty: `urn:test:${name}`, resolution: '1', ...more },
})
const LID = field('lid', 'int', { kind: 'count' })
const WEIGHT = field('weight', ['null', 'double'], { kind: 'gauge', unit: 'kg', resolution: '0.1' })

/**
 * Two folders of one city: before and after a change of its one stream, the bins in windows of two seconds. The property
 * `lid` is retired, `weight` is new, `fullness` loses its minimum.
 */
export function changingCity(before: string, after: string): void {
  copyCity(before, ['bin-levels'])
  const contract = edited(path.join(before, BIN, 'contract.yaml'), [
    ['ahead: PT5M', 'ahead: PT1S'],
    ['lateness: PT10M, catchUp: PT2M', 'lateness: PT1S, catchUp: PT1S'],
    ['size: PT1H, properties: { fullness: [min, max, mean, last] }', 'size: PT2S, properties: { fullness: [min, mean, last], lid: [sum] }'],
  ])
  const avro = path.join(before, BIN, 'event.avsc')
  const schema = JSON.parse(readFileSync(avro, 'utf8')) as { fields: object[] }
  writeFileSync(avro, JSON.stringify({ ...schema, fields: [...schema.fields, LID] }))
  const example = path.join(BIN, 'examples', 'reading.json')
  for (const file of ['reading-with-sequence', 'undeclared-fields'])
    cpSync(path.join(before, example), path.join(before, BIN, 'examples', `${file}.json`))
  for (const file of ['reading', 'reading-with-sequence', 'undeclared-fields'])
    writeFileSync(
      path.join(before, BIN, 'examples', `${file}.json`),
      JSON.stringify({ at: '2023-06-05T06:12:00+10:00', fullness: 8, lid: 1 }),
    )

  cpSync(before, after, { recursive: true })
  writeFileSync(path.join(after, BIN, 'contract.yaml'), contract)
  edited(path.join(after, BIN, 'contract.yaml'), [
    ['fullness: [min, mean, last], lid: [sum]', 'weight: [mean, max], fullness: [mean, last]'],
  ])
  cpSync(path.join(before, BIN, 'event.avsc'), path.join(after, BIN, 'event.20.avsc'))
  writeFileSync(path.join(after, BIN, 'event.avsc'), JSON.stringify({ ...schema, schemaId: 21, fields: [...schema.fields, WEIGHT] }))
  const decision = { by: 'Privacy Officer', on: '2018-06-01', reference: 'PIA-2018-003', review: '2036-06-01' }
  const changed = { decision: 'changed', on: '2026-01-11', by: 'Privacy Officer', reason: 'the weight' }
  // JSON is YAML.
  writeFileSync(path.join(after, BIN, 'decisions.yaml'), JSON.stringify([{ decision: 'approved', ...decision }, changed]))
}

/** Replaces texts that must be there, and gives the whole. */
function edited(file: string, changes: readonly (readonly [string, string])[]): string {
  let text = readFileSync(file, 'utf8')
  for (const [from, to] of changes) {
    if (!text.includes(from)) throw new Error(`${file} has no "${from}"`)
    text = text.replace(from, to)
  }
  writeFileSync(file, text)
  return text
}
