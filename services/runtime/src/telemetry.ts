import type { Meter } from '@opentelemetry/api'
import { PrometheusExporter, PrometheusSerializer } from '@opentelemetry/exporter-prometheus'
import { MeterProvider } from '@opentelemetry/sdk-metrics'

export interface Telemetry {
  readonly meter: Meter
  /** The metrics in Prometheus' text format. */
  expose(): Promise<string>
}

/** OpenTelemetry metrics of one service, read by `/metrics`; names are in the `city_` namespace. */
export function createTelemetry(service: string): Telemetry {
  const exporter = new PrometheusExporter({ preventServerStart: true })
  const provider = new MeterProvider({ readers: [exporter] })
  const serializer = new PrometheusSerializer()
  return {
    meter: provider.getMeter(service),
    async expose() {
      const { resourceMetrics } = await exporter.collect()
      return serializer.serialize(resourceMetrics)
    },
  }
}
