import { randomBytes } from 'node:crypto';
import { eventually } from '@hooktrail/harness/eventually';
import { startReceiver } from '@hooktrail/harness/receiver';

/** Requests whose statements are counted. */
export interface CountedRequests {
  /** What each of them sends. */
  readonly headers: { readonly traceparent: string };
  /** Resolves to the names of the statements that the node ran for them, when it has answered so many. */
  ran(requests: number): Promise<string[]>;
}

/** Counts what a node runs for requests, by the spans that it exports. What it does beside them does not count. */
export interface StatementCounter {
  /** Settings of the node: it traces only what asks for that. */
  readonly env: Readonly<Record<string, string>>;
  begin(): CountedRequests;
  close(): Promise<void>;
}

interface SpanJson {
  readonly name: string;
  readonly traceId: string;
  readonly attributes?: readonly { readonly key: string }[];
}

interface ExportJson {
  readonly resourceSpans: readonly {
    readonly scopeSpans: readonly { readonly spans: readonly SpanJson[] }[];
  }[];
}

/** Starts a collector of traces for one node. */
export async function countStatements(): Promise<StatementCounter> {
  const spans = new Map<string, SpanJson[]>();
  const collector = await startReceiver({
    remembers: false,
    behaviour({ body }, response) {
      const { resourceSpans } = JSON.parse(body) as ExportJson;
      for (const span of resourceSpans.flatMap(({ scopeSpans }) =>
        scopeSpans.flatMap((scope) => scope.spans),
      )) {
        spans.set(span.traceId, [...(spans.get(span.traceId) ?? []), span]);
      }
      response.setHeader('content-type', 'application/json').end('{}');
    },
  });
  return {
    env: {
      OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: `${collector.url}/v1/traces`,
      OTEL_EXPORTER_OTLP_TRACES_PROTOCOL: 'http/json',
      OTEL_TRACES_SAMPLER: 'parentbased_always_off',
      OTEL_BSP_SCHEDULE_DELAY: '20',
    },
    begin() {
      const traceId = randomBytes(16).toString('hex');
      const of = (key: string) =>
        (spans.get(traceId) ?? []).filter((span) =>
          span.attributes?.some((attribute) => attribute.key === key),
        );
      return {
        headers: { traceparent: `00-${traceId}-${randomBytes(8).toString('hex')}-01` },
        async ran(requests) {
          // The span of a request ends, and is exported, after those of its statements.
          await eventually('the spans of the requests', () => of('http.route').length === requests);
          return of('db.query.summary').map(({ name }) => name);
        },
      };
    },
    close: () => collector.close(),
  };
}
