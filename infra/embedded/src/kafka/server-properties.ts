/** A broker's place in a cluster whose nodes are all brokers and controllers; all on loopback. */
export interface ClusterPlace {
  /** 16 bytes as base64url, the same for all nodes. */
  readonly id: string
  /** From 1. */
  readonly node: number
  /** Controller ports of all nodes, node 1 first. */
  readonly controllers: readonly number[]
  /** Where the other brokers reach this one: what clients are told may lead through a proxy. */
  readonly replicationPort: number
}

export interface ServerOptions {
  readonly port: number
  readonly controllerPort: number
  /** The port that clients are told instead of `port`. */
  readonly advertisedPort?: number
  /** Without it the broker is alone and its own controller. */
  readonly cluster?: ClusterPlace
  /** More settings, as lines of the file; they win over ours. */
  readonly properties?: readonly string[]
}

/** The most replicas that topics have by default, and how many of them must have a record before it is acknowledged. */
const MOST_REPLICAS = 3

/**
 * Settings of a broker that is a controller too.
 * Controllers are named as static voters: their ports may change with the next start of the same folders.
 */
export function serverProperties(o: ServerOptions): string {
  const controllers = o.cluster?.controllers ?? [o.controllerPort]
  const replicas = Math.min(MOST_REPLICAS, controllers.length)
  return `${[
    'process.roles=broker,controller',
    `node.id=${o.cluster?.node ?? 1}`,
    ...listeners(o),
    'controller.listener.names=CONTROLLER',
    `controller.quorum.voters=${controllers.map((port, i) => `${i + 1}@127.0.0.1:${port}`).join(',')}`,
    'log.dirs=data',
    'auto.create.topics.enable=false',
    ...replication(replicas),
    // The first member of a group need not wait for others.
    'group.initial.rebalance.delay.ms=0',
    // The default is a heap array of 128 MB.
    'log.cleaner.dedupe.buffer.size=4194304',
    'num.network.threads=2',
    'num.io.threads=4',
    // A broker killed and started again is refused until its old session ends; the default is 9 s. In a cluster others
    // take its partitions over then, so it must not be taken for dead as soon as the machine is busy.
    `broker.session.timeout.ms=${o.cluster === undefined ? 2_000 : 3_000}`,
    'broker.heartbeat.interval.ms=500',
    ...(o.properties ?? []),
  ].join('\n')}\n`
}

function listeners({ port, controllerPort, advertisedPort = port, cluster }: ServerOptions): string[] {
  const clients = (at: number) => `PLAINTEXT://127.0.0.1:${at}`
  const controller = `CONTROLLER://127.0.0.1:${controllerPort}`
  if (cluster === undefined) {
    return [
      `listeners=${clients(port)},${controller}`,
      `advertised.listeners=${clients(advertisedPort)}`,
      'listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT',
    ]
  }
  const brokers = `REPLICATION://127.0.0.1:${cluster.replicationPort}`
  return [
    `listeners=${clients(port)},${brokers},${controller}`,
    `advertised.listeners=${clients(advertisedPort)},${brokers}`,
    'inter.broker.listener.name=REPLICATION',
    'listener.security.protocol.map=PLAINTEXT:PLAINTEXT,REPLICATION:PLAINTEXT,CONTROLLER:PLAINTEXT',
  ]
}

/** How often what Kafka itself keeps is there; one of several replicas may be away. */
function replication(replicas: number): string[] {
  const least = Math.max(1, replicas - 1)
  return [
    `default.replication.factor=${replicas}`,
    `min.insync.replicas=${least}`,
    'offsets.topic.num.partitions=4',
    `offsets.topic.replication.factor=${replicas}`,
    'transaction.state.log.num.partitions=4',
    `transaction.state.log.replication.factor=${replicas}`,
    `transaction.state.log.min.isr=${least}`,
    'share.coordinator.state.topic.num.partitions=1',
    `share.coordinator.state.topic.replication.factor=${replicas}`,
    `share.coordinator.state.topic.min.isr=${least}`,
  ]
}
