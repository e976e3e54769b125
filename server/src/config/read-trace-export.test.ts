import { describe, expect, it, test } from 'vitest';
import type { ConfigProblem } from './config-error.ts';
import { readTraceExport } from './read-trace-export.ts';

type Env = Record<string, string>;

const ENDPOINT = { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://collector:4318' };

function read(env: Env) {
  const problems: ConfigProblem[] = [];
  const traces = readTraceExport(env, problems);
  expect(problems).toEqual([]);
  return traces;
}

const DEFAULTS = {
  otlp: {
    url: 'http://collector:4318/v1/traces',
    format: 'protobuf',
    headers: {},
    gzip: false,
    timeoutMs: 10_000,
  },
  console: false,
  serviceName: 'hooktrail',
  resource: {},
  sampler: 'always_on',
  parentBased: true,
  ratio: 1,
  delayMs: 5_000,
  timeoutMs: 30_000,
  maxQueue: 2_048,
  maxBatch: 512,
};

test.each<[string, Env]>([
  ['nothing', {}],
  ['a name only', { OTEL_SERVICE_NAME: 'x', OTEL_TRACES_SAMPLER: 'wrong' }],
  ['an empty endpoint', { OTEL_EXPORTER_OTLP_ENDPOINT: ' ' }],
  ['no exporter', { ...ENDPOINT, OTEL_TRACES_EXPORTER: 'none', OTEL_BSP_SCHEDULE_DELAY: 'x' }],
  ['all of it disabled', { ...ENDPOINT, OTEL_SDK_DISABLED: 'TRUE', OTEL_TRACES_EXPORTER: 'otlp' }],
])('%s leaves traces off', (_, env) => {
  expect(read(env)).toBeUndefined();
});

test('an endpoint switches traces on, with the defaults of OpenTelemetry', () => {
  expect(read(ENDPOINT)).toEqual(DEFAULTS);
  expect(read({ OTEL_TRACES_EXPORTER: 'otlp' })?.otlp?.url).toBe('http://localhost:4318/v1/traces');
});

test('every variable is read', () => {
  expect(
    read({
      OTEL_TRACES_EXPORTER: 'otlp,console',
      OTEL_EXPORTER_OTLP_ENDPOINT: 'https://collector/otel/',
      OTEL_EXPORTER_OTLP_HEADERS: 'authorization=Bearer%20x, X-Tenant = a',
      OTEL_EXPORTER_OTLP_TRACES_HEADERS: 'X-Tenant=b,',
      OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc',
      OTEL_EXPORTER_OTLP_TRACES_PROTOCOL: 'http/json',
      OTEL_EXPORTER_OTLP_COMPRESSION: 'gzip',
      OTEL_EXPORTER_OTLP_TIMEOUT: '1',
      OTEL_SERVICE_NAME: 'hooks',
      OTEL_RESOURCE_ATTRIBUTES: 'service.name=other,k8s.pod.name=a%2Cb',
      OTEL_TRACES_SAMPLER: 'traceidratio',
      OTEL_TRACES_SAMPLER_ARG: '.25',
      OTEL_BSP_SCHEDULE_DELAY: '0',
      OTEL_BSP_EXPORT_TIMEOUT: '600000',
      OTEL_BSP_MAX_QUEUE_SIZE: '100000',
      OTEL_BSP_MAX_EXPORT_BATCH_SIZE: '1',
    }),
  ).toEqual({
    otlp: {
      url: 'https://collector/otel/v1/traces',
      format: 'json',
      headers: { authorization: 'Bearer x', 'X-Tenant': 'b' },
      gzip: true,
      timeoutMs: 1,
    },
    console: true,
    serviceName: 'hooks',
    resource: { 'k8s.pod.name': 'a,b' },
    sampler: 'traceidratio',
    parentBased: false,
    ratio: 0.25,
    delayMs: 0,
    timeoutMs: 600_000,
    maxQueue: 100_000,
    maxBatch: 1,
  });
});

it('takes the endpoint of traces as it is, and the name of the resource', () => {
  const traces = read({
    OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'http://collector:4318/in',
    OTEL_RESOURCE_ATTRIBUTES: 'service.name=resource',
    OTEL_TRACES_SAMPLER: 'parentbased_always_off',
  });
  expect(traces).toMatchObject({
    otlp: { url: 'http://collector:4318/in' },
    serviceName: 'resource',
    sampler: 'always_off',
    parentBased: true,
  });
});

test('console alone has no collector', () => {
  expect(read({ OTEL_TRACES_EXPORTER: 'console' })).toEqual({
    ...DEFAULTS,
    otlp: undefined,
    console: true,
  });
});

describe('refuses', () => {
  it.each([
    ['OTEL_TRACES_EXPORTER', 'zipkin', 'must be otlp, console, otlp,console or none, got "zipkin"'],
    ['OTEL_TRACES_EXPORTER', 'otlp,none', 'must be otlp, console, otlp,console or none'],
    ['OTEL_EXPORTER_OTLP_PROTOCOL', 'grpc', 'must be http/protobuf or http/json'],
    ['OTEL_EXPORTER_OTLP_COMPRESSION', 'br', 'must be gzip or none, got "br"'],
    ['OTEL_EXPORTER_OTLP_TIMEOUT', '0', 'must be a whole number from 1 to 600000, got "0"'],
    ['OTEL_RESOURCE_ATTRIBUTES', 'a', 'must be name=value separated by commas'],
    ['OTEL_RESOURCE_ATTRIBUTES', 'a=%ff', 'values percent-encoded, got "a=%ff"'],
    ['OTEL_TRACES_SAMPLER', 'jaeger_remote', 'must be one of always_on, parentbased_always_on'],
    ['OTEL_BSP_SCHEDULE_DELAY', '-1', 'must be a whole number from 0 to 600000, got "-1"'],
    ['OTEL_BSP_EXPORT_TIMEOUT', '600001', 'must be a whole number from 1 to 600000'],
    ['OTEL_BSP_MAX_QUEUE_SIZE', '100001', 'must be a whole number from 1 to 100000'],
    ['OTEL_BSP_MAX_EXPORT_BATCH_SIZE', '0', 'must be a whole number from 1 to 100000'],
  ])('%s=%s', (name, value, message) => {
    const problems: ConfigProblem[] = [];
    readTraceExport({ ...ENDPOINT, [name]: value }, problems);
    expect(problems).toEqual([{ name, message: expect.stringContaining(message) }]);
  });

  it('a share outside 0 to 1, for the samplers that have one', () => {
    const problems: ConfigProblem[] = [];
    const env = { ...ENDPOINT, OTEL_TRACES_SAMPLER_ARG: '1.1' };
    readTraceExport(env, problems);
    expect(problems).toEqual([]);
    readTraceExport({ ...env, OTEL_TRACES_SAMPLER: 'parentbased_traceidratio' }, problems);
    expect(problems).toEqual([
      { name: 'OTEL_TRACES_SAMPLER_ARG', message: 'must be a number from 0 to 1, got "1.1"' },
    ]);
  });

  it.each([
    ['OTEL_EXPORTER_OTLP_ENDPOINT', 'http://ann:secret@collector'],
    ['OTEL_EXPORTER_OTLP_TRACES_ENDPOINT', 'ftp://secret'],
    ['OTEL_EXPORTER_OTLP_HEADERS', 'authorization: secret'],
    ['OTEL_EXPORTER_OTLP_TRACES_HEADERS', 'authorization=secret%0D%0A'],
  ])('%s without its value', (name, value) => {
    const problems: ConfigProblem[] = [];
    readTraceExport({ ...ENDPOINT, [name]: value }, problems);
    expect(problems).toMatchObject([{ name, message: expect.stringContaining('is not shown') }]);
    expect(JSON.stringify(problems)).not.toContain('secret');
  });
});
