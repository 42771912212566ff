import type { IClientOptions, IPublishPacket } from 'mqtt'

/** What of MQTT.js's client the source needs: the broker as the bridge sees it. */
export interface BrokerClient {
  handleMessage: (packet: IPublishPacket, done: (error?: Error) => void) => void
  readonly stream: { write(bytes: Buffer): unknown }
  on(event: 'connect', tell: (connack: { readonly sessionPresent: boolean }) => void): unknown
  on(event: 'close', tell: () => void): unknown
  on(event: 'error', tell: (error: Error) => void): unknown
  subscribe(
    filters: Readonly<Record<string, Subscription>>,
    done: (error: Error | null, granted?: readonly { readonly topic: string; readonly qos: number }[]) => void,
  ): unknown
  endAsync(): Promise<void>
}

/** With `rh` 1 what is retained comes once per new subscription, and without `rap` only that is marked as retained. */
export interface Subscription {
  readonly qos: 1
  readonly rh: number
  readonly rap: boolean
}

export type ConnectBroker = (url: string, options: IClientOptions) => BrokerClient
