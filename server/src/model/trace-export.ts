/** Which traces are taken, among those that nobody before has decided about. */
export type TraceSampler = 'always_on' | 'always_off' | 'traceidratio';

/** Where traces go, and how many. */
export interface TraceExport {
  /** The collector; undefined: none. */
  readonly otlp: OtlpTarget | undefined;
  /** Whether spans are also printed to standard output. */
  readonly console: boolean;
  readonly serviceName: string;
  /** What describes this process, beside its name. */
  readonly resource: Readonly<Record<string, string>>;
  readonly sampler: TraceSampler;
  /** The share that `traceidratio` takes, 0 to 1. */
  readonly ratio: number;
  /** Whether a span follows the decision of its parent, if it has one. */
  readonly parentBased: boolean;
  /** How long finished spans wait for others to be exported with. */
  readonly delayMs: number;
  /** How long one export may take. */
  readonly timeoutMs: number;
  /** Spans that wait; further ones are dropped. */
  readonly maxQueue: number;
  /** Spans of one export. */
  readonly maxBatch: number;
}

/** A collector that takes OTLP over HTTP. */
export interface OtlpTarget {
  /** With the path of traces. */
  readonly url: string;
  readonly format: 'protobuf' | 'json';
  /** Secret. */
  readonly headers: Readonly<Record<string, string>>;
  readonly gzip: boolean;
  /** How long one request may take. */
  readonly timeoutMs: number;
}
