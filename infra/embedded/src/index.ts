export { type ClickHouse, type ClickHouseOptions, startClickHouse } from './start-clickhouse.ts'
export { type EmbeddedKafka, type KafkaOptions, startKafka } from './start-kafka.ts'
