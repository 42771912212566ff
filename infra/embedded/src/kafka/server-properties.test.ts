import { expect, test } from 'vitest'
import { serverProperties } from './server-properties.ts'

const lines = (text: string) =>
  new Map(
    text
      .trim()
      .split('\n')
      .map((line) => line.split(/=(.*)/s) as [string, string]),
  )

test('a broker alone is its own controller and keeps one copy', () => {
  const properties = lines(serverProperties({ port: 9092, controllerPort: 9093 }))
  expect(properties.get('controller.quorum.voters')).toBe('1@127.0.0.1:9093')
  expect(properties.get('advertised.listeners')).toBe('PLAINTEXT://127.0.0.1:9092')
  expect(properties.get('offsets.topic.replication.factor')).toBe('1')
  expect(properties.get('min.insync.replicas')).toBe('1')
})

test('a node of a cluster tells clients the port of a proxy, and the other brokers its own', () => {
  const cluster = { id: 'AAAAAAAAAAAAAAAAAAAAAA', node: 2, controllers: [1, 2, 3], replicationPort: 20 }
  const properties = lines(serverProperties({ port: 10, controllerPort: 2, advertisedPort: 30, cluster }))
  expect(properties.get('node.id')).toBe('2')
  expect(properties.get('controller.quorum.voters')).toBe('1@127.0.0.1:1,2@127.0.0.1:2,3@127.0.0.1:3')
  expect(properties.get('listeners')).toBe('PLAINTEXT://127.0.0.1:10,REPLICATION://127.0.0.1:20,CONTROLLER://127.0.0.1:2')
  expect(properties.get('advertised.listeners')).toBe('PLAINTEXT://127.0.0.1:30,REPLICATION://127.0.0.1:20')
  for (const [name, value] of properties) {
    if (name.endsWith('replication.factor')) expect(value).toBe('3')
    if (/(min\.isr|min\.insync\.replicas)$/.test(name)) expect(value).toBe('2')
  }
})
