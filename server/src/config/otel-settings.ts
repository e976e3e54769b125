/** One variable of OpenTelemetry that is obeyed, in Markdown for `docs/settings.md`. */
export interface OtelSetting {
  readonly name: `OTEL_${string}`;
  readonly byDefault: string;
  readonly meaning: string;
}

const of = (name: `OTEL_${string}`, byDefault: string, meaning: string): OtelSetting => ({
  name,
  byDefault,
  meaning,
});

/** The variables of OpenTelemetry that `readTraceExport` reads; others that begin with `OTEL_` are ignored. */
export const OTEL_SETTINGS: readonly OtelSetting[] = [
  of('OTEL_SDK_DISABLED', '`false`', '`true` switches traces off, whatever else is set.'),
  of(
    'OTEL_TRACES_EXPORTER',
    '`otlp` if one of the endpoints is set, otherwise `none`',
    '`otlp`, `console`, both separated by a comma, or `none`. `console` prints spans to standard output, among the log.',
  ),
  of(
    'OTEL_EXPORTER_OTLP_ENDPOINT',
    '`http://localhost:4318`',
    'The collector: an `http` or `https` URL, to which `/v1/traces` is added.',
  ),
  of('OTEL_EXPORTER_OTLP_TRACES_ENDPOINT', 'none', 'The whole URL for traces.'),
  of(
    'OTEL_EXPORTER_OTLP_HEADERS',
    'none',
    'Headers for the collector, as `name=value` separated by commas, values percent-encoded. A secret.',
  ),
  of('OTEL_EXPORTER_OTLP_TRACES_HEADERS', 'none', 'More of them, for traces. A secret.'),
  of(
    'OTEL_EXPORTER_OTLP_PROTOCOL',
    '`http/protobuf`',
    '`http/protobuf` or `http/json`. `grpc` is not supported.',
  ),
  of('OTEL_EXPORTER_OTLP_TRACES_PROTOCOL', 'as `OTEL_EXPORTER_OTLP_PROTOCOL`', 'For traces.'),
  of('OTEL_EXPORTER_OTLP_COMPRESSION', '`none`', '`gzip` or `none`.'),
  of('OTEL_EXPORTER_OTLP_TRACES_COMPRESSION', 'as `OTEL_EXPORTER_OTLP_COMPRESSION`', 'For traces.'),
  of(
    'OTEL_EXPORTER_OTLP_TIMEOUT',
    '`10000`',
    'Milliseconds that one request to the collector may take, 1 to 600000.',
  ),
  of('OTEL_EXPORTER_OTLP_TRACES_TIMEOUT', 'as `OTEL_EXPORTER_OTLP_TIMEOUT`', 'For traces.'),
  of(
    'OTEL_SERVICE_NAME',
    '`service.name` of the resource, or `hooktrail`',
    'The name of the service.',
  ),
  of(
    'OTEL_RESOURCE_ATTRIBUTES',
    'none',
    'What describes this process, as `name=value` separated by commas, values percent-encoded.',
  ),
  of(
    'OTEL_TRACES_SAMPLER',
    '`parentbased_always_on`',
    '`always_on`, `always_off`, `traceidratio`, or one of them after `parentbased_`.',
  ),
  of('OTEL_TRACES_SAMPLER_ARG', '`1`', 'The share that `traceidratio` takes, 0 to 1.'),
  of(
    'OTEL_BSP_SCHEDULE_DELAY',
    '`5000`',
    'Milliseconds that finished spans wait for others to be sent with, 0 to 600000.',
  ),
  of('OTEL_BSP_EXPORT_TIMEOUT', '`30000`', 'Milliseconds that one batch may take, 1 to 600000.'),
  of(
    'OTEL_BSP_MAX_QUEUE_SIZE',
    '`2048`',
    'Spans that wait, 1 to 100000; while the collector is away, further ones are dropped.',
  ),
  of('OTEL_BSP_MAX_EXPORT_BATCH_SIZE', '`512`', 'Spans in one request, 1 to 100000.'),
];
