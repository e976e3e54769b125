import { AsyncLocalStorage } from 'node:async_hooks';
import {
  type Attributes,
  type Context,
  createTraceState,
  isSpanContextValid,
  type Span as OtelSpan,
  ROOT_CONTEXT,
  SpanKind,
  SpanStatusCode,
  TraceFlags,
  trace,
} from '@opentelemetry/api';
import { resourceFromAttributes } from '@opentelemetry/resources';
import {
  AlwaysOffSampler,
  AlwaysOnSampler,
  BasicTracerProvider,
  BatchSpanProcessor,
  ConsoleSpanExporter,
  ParentBasedSampler,
  type Sampler,
  SimpleSpanProcessor,
  type SpanProcessor,
  TraceIdRatioBasedSampler,
} from '@opentelemetry/sdk-trace-node';
import type { Logger } from 'pino';
import type { TraceExport } from '../model/trace-export.ts';
import { createOtlpExporter } from './create-otlp-exporter.ts';
import type { Span, SpanAttributes } from './span.ts';
import type { SpanStart, Traces } from './traces.ts';

interface Parts {
  readonly config: TraceExport;
  readonly log: Logger;
  readonly version: string;
}

/** Traces that can stop: what waits is exported, or given up after some seconds. */
export interface StoppableTraces extends Traces {
  stop(): Promise<void>;
}

/** What runs, with all that it starts. */
interface Active {
  readonly context: Context;
  /** It has ended, but a timer that it set may run long after it. */
  isOver: boolean;
}

/** How long a stop waits for the collector. */
const STOP_MS = 3_000;

/** Characters of one attribute. Callers choose paths and names of hosts. */
const MOST_TEXT = 1_024;

const KINDS = {
  server: SpanKind.SERVER,
  client: SpanKind.CLIENT,
  producer: SpanKind.PRODUCER,
  internal: SpanKind.INTERNAL,
} as const;

/**
 * Makes the traces of a node. Only this folder knows OpenTelemetry, and `node.ts` loads it only where traces
 * are switched on. It sets nothing that is global to the process, and reads no environment: several nodes can
 * be in one process.
 */
export async function createTraces({ config, log, version }: Parts): Promise<StoppableTraces> {
  const processors: SpanProcessor[] = [];
  const otlp = config.otlp && (await createOtlpExporter(config.otlp, log));
  if (otlp !== undefined) {
    processors.push(
      new BatchSpanProcessor(otlp.exporter, {
        scheduledDelayMillis: config.delayMs,
        exportTimeoutMillis: config.timeoutMs,
        maxQueueSize: config.maxQueue,
        maxExportBatchSize: Math.min(config.maxBatch, config.maxQueue),
      }),
    );
  }
  if (config.console) {
    processors.push(new SimpleSpanProcessor(new ConsoleSpanExporter()));
  }
  const provider = new BasicTracerProvider({
    resource: resourceFromAttributes({
      'service.version': version,
      ...config.resource,
      'service.name': config.serviceName,
    }),
    sampler: samplerOf(config),
    spanLimits: { attributeValueLengthLimit: MOST_TEXT, linkCountLimit: 128 },
    spanProcessors: processors,
  });
  const tracer = provider.getTracer('hooktrail', version);
  const active = new AsyncLocalStorage<Active | undefined>();

  function wrap(otel: OtelSpan, parent: Context): Span {
    const own: Active = { context: trace.setSpan(parent, otel), isOver: false };
    const { spanId, traceFlags, traceId, traceState } = otel.spanContext();
    const isSampled = (traceFlags & TraceFlags.SAMPLED) !== 0;
    const state = traceState?.serialize() ?? '';
    return {
      context: `00-${traceId}-${spanId}-0${(traceFlags & 3).toString(16)}${state === '' ? '' : ` ${state}`}`,
      isSampled,
      run: (work) => active.run(own, work),
      end(attributes, error) {
        own.isOver = true;
        if (attributes !== undefined) otel.setAttributes(attributes as Attributes);
        if (error !== undefined) {
          otel.setAttribute('error.type', error);
          otel.setStatus({ code: SpanStatusCode.ERROR });
        }
        otel.end();
      },
    };
  }

  function start({ name, kind, parent, links = [], attributes = {} }: SpanStart): Span {
    const context =
      parent === undefined
        ? ROOT_CONTEXT
        : parent === 'active'
          ? (activeContext() ?? ROOT_CONTEXT)
          : contextAt(parent.context);
    const otel = tracer.startSpan(
      name,
      {
        kind: KINDS[kind],
        attributes: attributes as Attributes,
        links: links.map((link) => ({ context: placeOf(link) })),
      },
      context,
    );
    return wrap(otel, context);
  }

  function activeContext(): Context | undefined {
    const running = active.getStore();
    return running === undefined || running.isOver ? undefined : running.context;
  }

  return {
    start,

    statement(name) {
      const running = activeContext();
      if (running === undefined || !trace.getSpan(running)?.isRecording()) return undefined;
      const attributes: SpanAttributes = {
        'db.system.name': 'postgresql',
        'db.query.summary': name,
      };
      return start({ name, kind: 'client', parent: 'active', attributes });
    },

    async together(name, contexts, work) {
      const places = new Set<string>();
      for (const context of contexts) if (context !== undefined) places.add(context);
      const [first, ...others] = places;
      // Nothing of what runs by chance: the group was begun by one of those whose items it has.
      if (first === undefined) return await active.run(undefined, work);
      const span = start({
        name,
        kind: 'internal',
        parent: others.length === 0 ? { context: first } : undefined,
        links: others.length === 0 ? [] : [...places].slice(0, 128),
      });
      try {
        const result = await span.run(work);
        span.end({ 'hooktrail.group.places': places.size });
        return result;
      } catch (error) {
        span.end({}, (error as Error).name);
        throw error;
      }
    },

    async stop() {
      const limit = new AbortController();
      const late = new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, STOP_MS);
        limit.signal.addEventListener('abort', () => clearTimeout(timer), { once: true });
      });
      const done = provider.shutdown().catch((error: unknown) => {
        log.warn({ err: error }, 'could not export the last traces');
      });
      await Promise.race([done, late]);
      limit.abort();
      otlp?.end();
      active.disable();
    },
  };
}

function samplerOf({ parentBased, ratio, sampler }: TraceExport): Sampler {
  const root =
    sampler === 'always_on'
      ? new AlwaysOnSampler()
      : sampler === 'always_off'
        ? new AlwaysOffSampler()
        : new TraceIdRatioBasedSampler(ratio);
  return parentBased ? new ParentBasedSampler({ root }) : root;
}

function contextAt(text: string): Context {
  const place = placeOf(text);
  return isSpanContextValid(place) ? trace.setSpanContext(ROOT_CONTEXT, place) : ROOT_CONTEXT;
}

function placeOf(text: string) {
  const [parent = '', ...state] = text.split(' ');
  const [, traceId = '', spanId = '', flags = '0'] = parent.split('-');
  return {
    traceId,
    spanId,
    traceFlags: Number.parseInt(flags, 16),
    isRemote: true,
    ...(state.length > 0 && { traceState: createTraceState(state.join(' ')) }),
  };
}
