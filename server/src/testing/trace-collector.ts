import { gunzipSync } from 'node:zlib';
import { type Behaviour, type Receiver, startReceiver } from '@hooktrail/harness/receiver';
import protobuf from 'protobufjs';

/** What a span says, whatever format it came in. */
export interface CollectedSpan {
  readonly name: string;
  /** By the numbers of OTLP: 1 internal, 2 server, 3 client, 4 producer. */
  readonly kind: number;
  readonly traceId: string;
  readonly spanId: string;
  /** Empty: it has none. */
  readonly parentSpanId: string;
  readonly traceState: string;
  readonly attributes: Readonly<Record<string, string | number>>;
  readonly links: readonly { readonly traceId: string; readonly spanId: string }[];
  readonly isFailed: boolean;
}

/** A double of a collector, which takes OTLP over HTTP as Protobuf or JSON. */
export interface TraceCollector {
  readonly url: string;
  readonly spans: readonly CollectedSpan[];
  /** What describes the process that sent the last spans. */
  readonly resource: Readonly<Record<string, string | number>>;
  /** The bodies as they came, unpacked. */
  readonly bodies: readonly Buffer[];
  readonly requests: Receiver['requests'];
  behave(behaviour: Behaviour): void;
  close(): Promise<void>;
}

/** What is read of opentelemetry-proto 1.x (`trace.proto`, `common.proto`). */
const PROTO = `syntax = "proto3";
message Request { repeated ResourceSpans resource_spans = 1; }
message ResourceSpans { Resource resource = 1; repeated ScopeSpans scope_spans = 2; }
message Resource { repeated KeyValue attributes = 1; }
message ScopeSpans { repeated Span spans = 2; }
message Span {
  bytes trace_id = 1; bytes span_id = 2; string trace_state = 3; bytes parent_span_id = 4; string name = 5;
  int32 kind = 6; repeated KeyValue attributes = 9; repeated Link links = 13; Status status = 15;
}
message Link { bytes trace_id = 1; bytes span_id = 2; }
message Status { string message = 2; int32 code = 3; }
message KeyValue { string key = 1; AnyValue value = 2; }
message AnyValue {
  oneof value { string string_value = 1; bool bool_value = 2; int64 int_value = 3; double double_value = 4; }
}`;
const REQUEST = protobuf.parse(PROTO).root.lookupType('Request');

interface Attribute {
  readonly key: string;
  readonly value: {
    readonly stringValue?: string;
    readonly intValue?: string | number;
    readonly doubleValue?: number;
  };
}

interface SpanJson {
  readonly name: string;
  readonly kind: number;
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly traceState?: string;
  readonly attributes?: readonly Attribute[];
  readonly links?: readonly { readonly traceId: string; readonly spanId: string }[];
  readonly status?: { readonly code?: number };
}

interface RequestJson {
  readonly resourceSpans: readonly {
    readonly resource: { readonly attributes: readonly Attribute[] };
    readonly scopeSpans: readonly { readonly spans: readonly SpanJson[] }[];
  }[];
}

const ERROR = 2;

/** Starts one on a free port; it answers 200 by default. */
export async function startTraceCollector(): Promise<TraceCollector> {
  const spans: CollectedSpan[] = [];
  const bodies: Buffer[] = [];
  let resource: Record<string, string | number> = {};
  const unread: { readonly body: Buffer; readonly isJson: boolean }[] = [];
  /** Late: a run of all operations has some 100,000 spans, and looks at their bytes only. */
  function read(): void {
    for (const { body, isJson } of unread.splice(0)) {
      const { resourceSpans } = isJson
        ? (JSON.parse(body.toString()) as RequestJson)
        : decode(body);
      for (const one of resourceSpans) {
        resource = recordOf(one.resource.attributes);
        for (const scope of one.scopeSpans) spans.push(...scope.spans.map(collected));
      }
    }
  }
  let behaviour: Behaviour = (_request, response) => response.end();
  const receiver = await startReceiver({
    onHead(incoming) {
      const chunks: Buffer[] = [];
      incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
      incoming.on('end', () => {
        const packed = Buffer.concat(chunks);
        const { 'content-encoding': encoding, 'content-type': type = '' } = incoming.headers;
        const body = encoding === 'gzip' ? gunzipSync(packed) : packed;
        bodies.push(body);
        unread.push({ body, isJson: type.includes('json') });
      });
    },
    behaviour: (request, response) => behaviour(request, response),
  });
  return {
    url: receiver.url,
    get spans() {
      read();
      return spans;
    },
    get resource() {
      read();
      return resource;
    },
    bodies,
    requests: receiver.requests,
    behave(next) {
      behaviour = next;
    },
    close: () => receiver.close(),
  };
}

/** Ids are bytes in Protobuf and hex in JSON. */
function decode(body: Buffer): RequestJson {
  const json = REQUEST.toObject(REQUEST.decode(body), {
    bytes: Buffer,
    longs: Number,
    arrays: true,
  });
  return JSON.parse(
    JSON.stringify(json, (_key, value) =>
      value?.type === 'Buffer' ? Buffer.from(value.data).toString('hex') : value,
    ),
  ) as RequestJson;
}

function collected(span: SpanJson): CollectedSpan {
  const { attributes = [], kind, links = [], name, spanId, status, traceId } = span;
  return {
    name,
    kind,
    traceId,
    spanId,
    parentSpanId: span.parentSpanId ?? '',
    traceState: span.traceState ?? '',
    attributes: recordOf(attributes),
    links: links.map((link) => ({ traceId: link.traceId, spanId: link.spanId })),
    isFailed: status?.code === ERROR,
  };
}

function recordOf(attributes: readonly Attribute[]): Record<string, string | number> {
  return Object.fromEntries(
    attributes.map(({ key, value: { doubleValue, intValue, stringValue } }) => [
      key,
      stringValue ?? (intValue === undefined ? (doubleValue ?? '') : Number(intValue)),
    ]),
  );
}
