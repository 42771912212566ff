/**
 * Publishers for the bridge's bench, in a process of their own: raw sockets, packets made beforehand, a window of
 * unacknowledged messages per connection. Arguments as JSON; prints one line per second and one at the end.
 */
import net from 'node:net'
import mqttPacket from 'mqtt-packet'

interface Job {
  readonly port: number
  readonly topics: readonly string[]
  readonly messages: number
  readonly window: number
  readonly payloadBytes: number
  readonly version: 4 | 5
}

const RING = 2_000

/** A ring of PUBLISH packets of one length, packet ids 1 to RING. */
function packetsFor(topic: string, job: Job): { ring: Buffer; size: number } {
  const packets = Array.from({ length: RING }, (_, i) => {
    const reading = {
      at: new Date(Date.now() - i).toISOString(),
      direction_1: 10 + (i % 90),
      direction_2: 10 + ((i * 7) % 90),
      seq: 1_000_000 + i,
      boot: 'b7c41e',
      battery: 3.61,
      firmware: '',
    }
    const short = JSON.stringify(reading).length
    const payload = JSON.stringify({ ...reading, firmware: '2'.repeat(Math.max(0, job.payloadBytes - short)) })
    return mqttPacket.generate(
      { cmd: 'publish', topic, payload, qos: 1, messageId: i + 1, retain: false, dup: false },
      { protocolVersion: job.version },
    )
  })
  return { ring: Buffer.concat(packets), size: (packets[0] as Buffer).length }
}

function publish(topic: string, index: number, share: number, job: Job): Promise<number> {
  const { ring, size } = packetsFor(topic, job)
  return new Promise((resolve, reject) => {
    let sent = 0
    let acknowledged = 0
    let connected = false
    let rest = 0
    const socket = net.connect(job.port, '127.0.0.1')
    socket.setNoDelay(true)
    socket.write(
      mqttPacket.generate(
        { cmd: 'connect', clientId: `bench-${index}`, clean: true, keepalive: 60, protocolVersion: job.version, protocolId: 'MQTT' },
        { protocolVersion: job.version },
      ),
    )
    const fill = () => {
      while (sent < share && sent - acknowledged < job.window) {
        const at = sent % RING
        const count = Math.min(job.window - (sent - acknowledged), share - sent, RING - at)
        socket.write(ring.subarray(at * size, (at + count) * size))
        sent += count
      }
    }
    socket.on('data', (chunk) => {
      let bytes = chunk.length
      if (!connected) {
        connected = true
        bytes -= 2 + (chunk[1] as number)
      }
      rest += bytes
      acknowledged += rest >> 2
      rest &= 3
      if (acknowledged === share) socket.end(Buffer.from([0xe0, 0]), () => resolve(acknowledged))
      // Refill by half windows: a publisher of that speed would not write for every acknowledgement either.
      else if (sent - acknowledged <= job.window / 2) fill()
    })
    socket.on('error', reject)
    socket.on('close', () =>
      acknowledged < share ? reject(new Error(`connection ${index} closed after ${acknowledged} of ${share}`)) : undefined,
    )
  })
}

const job = JSON.parse(process.argv[2] as string) as Job
const share = Math.floor(job.messages / job.topics.length)
const begun = performance.now()
const counts = await Promise.all(job.topics.map((topic, index) => publish(topic, index, share, job)))
const seconds = (performance.now() - begun) / 1_000
process.stdout.write(`${JSON.stringify({ messages: counts.reduce((a, b) => a + b, 0), seconds })}\n`)
process.exit(0)
