import { globSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { expect, test } from 'vitest'

const SRC = path.join(import.meta.dirname, '..')

test('kafkajs and the ClickHouse client are known behind the ports alone', () => {
  const files = globSync('**/*.ts', { cwd: SRC })
  const outside = files.filter((file) => !/^ports[\\/](kafka|clickhouse)[\\/]/.test(file))
  expect(outside.length).toBeGreaterThan(30)
  expect(outside.filter((file) => /from '(kafkajs|@clickhouse\/client)'/.test(readFileSync(path.join(SRC, file), 'utf8')))).toEqual([])
})
