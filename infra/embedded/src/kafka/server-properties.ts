/**
 * Settings of the one broker, which is its own controller.
 * The controller is named as a static voter: its port may change with the next start of the same folder.
 */
export function serverProperties(port: number, controllerPort: number): string {
  return `${[
    'process.roles=broker,controller',
    'node.id=1',
    `listeners=PLAINTEXT://127.0.0.1:${port},CONTROLLER://127.0.0.1:${controllerPort}`,
    `advertised.listeners=PLAINTEXT://127.0.0.1:${port}`,
    'controller.listener.names=CONTROLLER',
    `controller.quorum.voters=1@127.0.0.1:${controllerPort}`,
    'listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT',
    'log.dirs=data',
    'auto.create.topics.enable=false',
    'offsets.topic.num.partitions=4',
    'offsets.topic.replication.factor=1',
    'transaction.state.log.num.partitions=4',
    'transaction.state.log.replication.factor=1',
    'transaction.state.log.min.isr=1',
    'share.coordinator.state.topic.num.partitions=1',
    'share.coordinator.state.topic.replication.factor=1',
    'share.coordinator.state.topic.min.isr=1',
    // The first member of a group need not wait for others.
    'group.initial.rebalance.delay.ms=0',
    // The default is a heap array of 128 MB.
    'log.cleaner.dedupe.buffer.size=4194304',
    'num.network.threads=2',
    'num.io.threads=4',
    // A broker killed and started again is refused until its old session ends; the default is 9 s.
    'broker.session.timeout.ms=2000',
    'broker.heartbeat.interval.ms=500',
  ].join('\n')}\n`
}
