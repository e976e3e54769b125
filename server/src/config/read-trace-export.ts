import { parseUrl } from '../model/parse-url.ts';
import type { OtlpTarget, TraceExport, TraceSampler } from '../model/trace-export.ts';
import type { ConfigProblem } from './config-error.ts';
import { OTEL_SETTINGS } from './otel-settings.ts';

type Env = Readonly<Record<string, string | undefined>>;

const SAMPLERS = ['always_on', 'always_off', 'traceidratio'] as const;
const PARENT_BASED = 'parentbased_';
const MOST_MS = 600_000;

/**
 * Reads where traces go from the variables of OpenTelemetry; undefined: nowhere. They are often set for many
 * programs at once, so nothing of them is refused while they leave traces off.
 */
export function readTraceExport(env: Env, problems: ConfigProblem[]): TraceExport | undefined {
  /** The first that is set. */
  function read<Value>(
    names: readonly string[],
    byDefault: Value,
    parse: (text: string) => Value,
  ): Value {
    const name = names.find((one) => textOf(env, one) !== undefined);
    if (name === undefined) return byDefault;
    try {
      return parse(textOf(env, name) as string);
    } catch (error) {
      problems.push({ name, message: (error as Error).message });
      return byDefault;
    }
  }
  const ms = (suffix: string, byDefault: number, least: number) =>
    read([`OTEL_BSP_${suffix}`], byDefault, wholeNumber(least, MOST_MS));
  const size = (suffix: string, byDefault: number) =>
    read([`OTEL_BSP_${suffix}`], byDefault, wholeNumber(1, 100_000));

  if (isOff(env)) return undefined;
  const exporters = read(['OTEL_TRACES_EXPORTER'], ['otlp'], parseExporters);
  if (exporters.includes('none')) return undefined;
  const resource = read(['OTEL_RESOURCE_ATTRIBUTES'], {}, parsePairs('name=value', false));
  const { 'service.name': resourceName, ...others } = resource as Record<string, string>;
  const sampler = read(['OTEL_TRACES_SAMPLER'], 'parentbased_always_on', parseSampler);
  return Object.freeze({
    otlp: exporters.includes('otlp') ? readTarget(read) : undefined,
    console: exporters.includes('console'),
    serviceName: textOf(env, 'OTEL_SERVICE_NAME') ?? resourceName ?? 'hooktrail',
    resource: Object.freeze(others),
    sampler: sampler.replace(PARENT_BASED, '') as TraceSampler,
    parentBased: sampler.startsWith(PARENT_BASED),
    ratio: sampler.endsWith('traceidratio') ? read(['OTEL_TRACES_SAMPLER_ARG'], 1, parseRatio) : 1,
    delayMs: ms('SCHEDULE_DELAY', 5_000, 0),
    timeoutMs: ms('EXPORT_TIMEOUT', 30_000, 1),
    maxQueue: size('MAX_QUEUE_SIZE', 2_048),
    maxBatch: size('MAX_EXPORT_BATCH_SIZE', 512),
  });
}

function isOff(env: Env): boolean {
  if (textOf(env, 'OTEL_SDK_DISABLED')?.toLowerCase() === 'true') return true;
  return ![
    'OTEL_TRACES_EXPORTER',
    'OTEL_EXPORTER_OTLP_ENDPOINT',
    'OTEL_EXPORTER_OTLP_TRACES_ENDPOINT',
  ].some((name) => textOf(env, name) !== undefined);
}

function readTarget(
  read: <Value>(
    names: readonly string[],
    byDefault: Value,
    parse: (text: string) => Value,
  ) => Value,
): OtlpTarget {
  const own = (suffix: string) => [
    `OTEL_EXPORTER_OTLP_TRACES_${suffix}`,
    `OTEL_EXPORTER_OTLP_${suffix}`,
  ];
  const base = read(['OTEL_EXPORTER_OTLP_ENDPOINT'], 'http://localhost:4318', parseEndpoint);
  const headers = parsePairs('name=value', true);
  return Object.freeze({
    url: read(
      ['OTEL_EXPORTER_OTLP_TRACES_ENDPOINT'],
      `${base.replace(/\/+$/, '')}/v1/traces`,
      parseEndpoint,
    ),
    format: read(own('PROTOCOL'), 'protobuf', parseProtocol),
    headers: Object.freeze({
      ...read(['OTEL_EXPORTER_OTLP_HEADERS'], {}, headers),
      ...read(['OTEL_EXPORTER_OTLP_TRACES_HEADERS'], {}, headers),
    }),
    gzip: read(own('COMPRESSION'), false, parseCompression),
    timeoutMs: read(own('TIMEOUT'), 10_000, wholeNumber(1, MOST_MS)),
  });
}

const KNOWN = new Set<string>(OTEL_SETTINGS.map(({ name }) => name));

function textOf(env: Env, name: string): string | undefined {
  if (!KNOWN.has(name)) throw new Error(`${name} is not in the list of docs/settings.md`);
  const text = env[name]?.trim();
  return text === '' ? undefined : text;
}

function refusal(rule: string, text: string): Error {
  return new Error(`must be ${rule}, got ${JSON.stringify(text)}`);
}

function parseExporters(text: string): string[] {
  const names = text.split(',').map((name) => name.trim());
  const isKnown = names.every((name) => name === 'otlp' || name === 'console');
  if (isKnown || text === 'none') return names;
  throw refusal('otlp, console, otlp,console or none', text);
}

/** A URL may hold a password, so it is not shown. */
function parseEndpoint(text: string): string {
  const url = /^https?:\/\/[^\s#]+$/i.test(text) && parseUrl(text);
  if (url && url.username === '' && url.password === '') return url.href;
  throw new Error('must be an http or https URL without user information (its value is not shown)');
}

function parseProtocol(text: string): 'protobuf' | 'json' {
  if (text === 'http/protobuf') return 'protobuf';
  if (text === 'http/json') return 'json';
  throw refusal('http/protobuf or http/json (OTEL_TRACES_EXPORTER=none switches traces off)', text);
}

function parseCompression(text: string): boolean {
  if (text === 'gzip' || text === 'none') return text === 'gzip';
  throw refusal('gzip or none', text);
}

function parseSampler(text: string): string {
  const names = SAMPLERS.flatMap((name) => [name, PARENT_BASED + name]);
  if (names.includes(text as TraceSampler)) return text;
  throw refusal(`one of ${names.join(', ')}`, text);
}

function parseRatio(text: string): number {
  const ratio = /^(?:\d+(?:\.\d*)?|\.\d+)$/.test(text) ? Number(text) : Number.NaN;
  if (ratio >= 0 && ratio <= 1) return ratio;
  throw refusal('a number from 0 to 1', text);
}

function wholeNumber(least: number, most: number): (text: string) => number {
  return (text) => {
    const value = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
    if (value >= least && value <= most) return value;
    throw refusal(`a whole number from ${least} to ${most}`, text);
  };
}

/** Pairs as the baggage of W3C has them: values percent-encoded, spaces around them ignored. */
function parsePairs(form: string, isSecret: boolean): (text: string) => Record<string, string> {
  return (text) => {
    const pairs: Record<string, string> = {};
    for (const part of text.split(',')) {
      if (part.trim() === '') continue;
      const [, name, value] = /^\s*([!#$%&'*+.^_`|~0-9A-Za-z/-]+)\s*=\s*(.*?)\s*$/.exec(part) ?? [];
      const decoded = value === undefined ? undefined : decode(value);
      if (name === undefined || decoded === undefined) {
        const rule = `${form} separated by commas, values percent-encoded`;
        throw isSecret
          ? new Error(`must be ${rule} (its value is not shown)`)
          : refusal(rule, part);
      }
      pairs[name] = decoded;
    }
    return pairs;
  };
}

/** Undefined for what no header may hold. */
function decode(value: string): string | undefined {
  try {
    const text = decodeURIComponent(value);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what it looks for
    return /[\u0000-\u001f\u007f]/.test(text) ? undefined : text;
  } catch {
    return undefined;
  }
}
