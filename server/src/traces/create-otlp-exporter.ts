import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import type { Socket } from 'node:net';
import type { SpanExporter } from '@opentelemetry/sdk-trace-node';
import type { Logger } from 'pino';
import { MINUTE_MS } from '../model/time-units.ts';
import type { OtlpTarget } from '../model/trace-export.ts';

/** An exporter and what ends its requests. */
export interface OtlpExporter {
  readonly exporter: SpanExporter;
  /** Ends requests in flight; a collector that hangs would keep the process alive until they time out. */
  end(): void;
}

/** A collector that is away is logged at most so often. */
const LOG_AGAIN_MS = MINUTE_MS;

/** Makes the exporter to a collector. Only the one of the format is loaded. */
export async function createOtlpExporter(
  { format, gzip, headers, timeoutMs, url }: OtlpTarget,
  log: Logger,
): Promise<OtlpExporter> {
  const { OTLPTraceExporter } =
    format === 'json'
      ? await import('@opentelemetry/exporter-trace-otlp-http')
      : await import('@opentelemetry/exporter-trace-otlp-proto');
  const options = { keepAlive: true, maxSockets: 4 };
  const agent = url.startsWith('https:') ? new HttpsAgent(options) : new HttpAgent(options);
  const inner = new OTLPTraceExporter({
    url,
    headers: { ...headers },
    timeoutMillis: timeoutMs,
    compression: (gzip ? 'gzip' : 'none') as never,
    httpAgentOptions: () => agent,
    userAgent: 'Hooktrail',
  });
  let loggedMs = Number.NEGATIVE_INFINITY;
  let lost = 0;
  return {
    exporter: {
      export(spans, onResult) {
        inner.export(spans, (result) => {
          if (result.error !== undefined) {
            lost += spans.length;
            const nowMs = performance.now();
            if (nowMs - loggedMs >= LOG_AGAIN_MS) {
              loggedMs = nowMs;
              const { origin } = new URL(url);
              log.warn(
                { collector: origin, spans: lost, reason: reasonOf(result.error) },
                NOT_SENT,
              );
              lost = 0;
            }
          }
          onResult(result);
        });
      },
      forceFlush: () => inner.forceFlush(),
      shutdown: () => inner.shutdown(),
    },
    end() {
      const sockets = [agent.sockets, agent.freeSockets]
        .flatMap((all) => Object.values(all))
        .flat();
      // With an error that has no code: the exporter sends again after those of a connection.
      for (const socket of sockets as Socket[]) socket.destroy(new Error('the node is stopping'));
      agent.destroy();
    },
  };
}

const NOT_SENT = 'could not send spans to the collector; they are lost';

/** What a collector answers may quote anything. */
function reasonOf({ code, message }: Error & { readonly code?: unknown }): string {
  return typeof code === 'number' ? `status ${code}` : message.slice(0, 200);
}
