import type { TraceExport } from '../model/trace-export.ts';
import type { TraceCollector } from './trace-collector.ts';

/** Exports every trace to a collector, soon after its spans end. */
export function exportTo(
  { url }: Pick<TraceCollector, 'url'>,
  changes: Partial<TraceExport> = {},
): TraceExport & { readonly otlp: NonNullable<TraceExport['otlp']> } {
  return {
    console: false,
    serviceName: 'the hooks',
    resource: { 'deployment.environment.name': 'test' },
    sampler: 'always_on',
    ratio: 1,
    parentBased: true,
    delayMs: 20,
    timeoutMs: 30_000,
    maxQueue: 2_048,
    maxBatch: 512,
    ...changes,
    otlp: {
      url: `${url}/v1/traces`,
      format: 'protobuf',
      headers: { 'x-collector': 'mine' },
      gzip: false,
      timeoutMs: 10_000,
      ...changes.otlp,
    },
  };
}
