/** The limits of the endpoint (protocol section 15). */
export const LIMITS = {
  /** Largest remaining length of a packet. */
  packetBytes: 256 * 1024,
  /** The same of anything but a PUBLISH: longer ones carry nothing we want and take long to read. */
  controlBytes: 16 * 1024,
  /** Unacknowledged messages and bytes of one connection. */
  messages: 1_000,
  bytes: 256 * 1024,
  /** Everything unacknowledged, all connections together. */
  allBytes: 64 * 1024 * 1024,
  /** Bytes of one connection that are read but not taken yet: behind a full window, or the start of a packet. */
  heldBytes: 256 * 1024,
  allHeldBytes: 64 * 1024 * 1024,
  connectMs: 5_000,
  /** A packet that was begun must be complete by then. */
  packetMs: 60_000,
  connections: 10_000,
  clientIdBytes: 256,
  /** Answers that a client leaves unread before we hang up. */
  unreadBytes: 256 * 1024,
  /** Messages of QoS 2 whose PUBREL is awaited. */
  released: 1_000,
} as const
