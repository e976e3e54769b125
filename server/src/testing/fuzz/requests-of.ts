import fc from 'fast-check';
import { junkText, junkValue } from './junk.ts';
import { spoilt } from './spoil.ts';
import { known, type Schema, valueOfSchema } from './value-of-schema.ts';

interface Parameter {
  readonly name: string;
  readonly in: 'path' | 'query' | 'header';
  readonly schema: Schema;
}

/** The parts of an OpenAPI document from which requests are made. */
export interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
}

interface Operation {
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: {
    readonly content: Readonly<Record<string, { readonly schema: Schema }>>;
  };
  readonly responses?: Readonly<Record<string, { readonly content?: object }>>;
}

/** A request byte for byte, except for ids and credentials, which the run fills in. */
export interface FuzzRequest {
  readonly method: string;
  readonly target: string;
  readonly headers: readonly (readonly [string, string])[];
  /** Bytes as Latin-1, which allows any byte and the insertion of ids. */
  readonly body: string | undefined;
}

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE'];

const utf8 = (text: string): string => Buffer.from(text).toString('latin1');

/** Replaces white space and controls, which the HTTP parser refuses; other tests cover that. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is replaced
const inTarget = (text: string): string => utf8(text).replace(/[\x00-\x20\x7f#]/g, '~');

// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is replaced
const inHeader = (text: string): string => utf8(text).replace(/[\x00\r\n]/g, '~');

const escaped = junkText.map((text) => encodeURIComponent(text.toWellFormed()));

/** Mangled escapes and separators, and unescaped text. */
const rawPart = fc.oneof(
  junkText.map(inTarget),
  fc.constantFrom('%', '%zz', '%c0%af', '%00', '%ff', '%2e%2e', '.', '..', '', ';a=b', '&&=&', '?'),
);

/** The right values of a part of a request, and wrong ones. */
interface Part<T> {
  readonly right: fc.Arbitrary<T>;
  readonly wrong: fc.Arbitrary<T>;
}

function targetOf(path: string, parameters: readonly Parameter[]): Part<string>[] {
  const part = (kind: 'right' | 'wrong') =>
    path.split('/').map((segment) => {
      const name = /^\{(\w+)\}$/.exec(segment)?.[1];
      if (name === undefined) return fc.constant(segment);
      const kindOf = /(webhook|token|account)s\//.exec(path)?.[1] ?? 'webhook';
      const right = known(name === 'invocation_id' ? 'invocation' : kindOf);
      const junk = fc.oneof(
        known('any'),
        escaped,
        rawPart.map((raw) => raw.replaceAll('?', '')),
      );
      return kind === 'right' ? right : junk;
    });
  const joined = (kind: 'right' | 'wrong') =>
    fc.tuple(...part(kind)).map((segments) => segments.join('/'));

  const named = parameters.filter((parameter) => parameter.in === 'query');
  const rightPairs = named.map(({ name, schema }) =>
    (name === 'account_id' ? known('account') : valueOfSchema(schema, name)).map(
      (value: unknown) => `${name}=${asText(value)}`,
    ),
  );
  const wrongPairs = named.map(({ name, schema }) =>
    fc
      .oneof(
        { weight: 4, arbitrary: spoilt(valueOfSchema(schema, name)).map(asText) },
        { weight: 1, arbitrary: name.startsWith('page[') ? known('cursor') : known('any') },
        { weight: 1, arbitrary: rawPart },
      )
      .map((text) => `${name}=${text}`),
  );
  const query = (pairs: readonly string[]) => (pairs.length === 0 ? '' : `?${pairs.join('&')}`);
  const rightQuery =
    rightPairs.length === 0
      ? fc.constant('')
      : fc.oneof(
          fc.constant(''),
          fc.oneof(...rightPairs).map((pair) => query([pair])),
        );
  const others = fc.oneof(rawPart, fc.constantFrom('page[size]=2', 'x=1', 'a[b][c]=1'));
  const wrongQuery = fc.array(fc.oneof(...wrongPairs, others), { maxLength: 4 }).map(query);
  return [
    { right: joined('right'), wrong: joined('wrong') },
    { right: rightQuery, wrong: wrongQuery },
  ];
}

const asText = (value: unknown): string =>
  typeof value === 'string' && /^\u00a7/.test(value)
    ? value
    : encodeURIComponent(
        ((typeof value === 'string' ? value : JSON.stringify(value)) ?? '').toWellFormed(),
      );

type Headers = readonly (readonly [string, string])[];

function headersOf(types: readonly string[]): Part<Headers> {
  const right: fc.Arbitrary<Headers> = fc
    .tuple(
      fc.constantFrom('\u00a7operator\u00a7', '\u00a7operator\u00a7', '\u00a7admin\u00a7'),
      fc.constantFrom(...(types.length > 0 ? types.slice(0, 1) : ['application/json'])),
    )
    .map(([token, type]) => [
      ['Host', '127.0.0.1'],
      ['Authorization', token],
      ['Content-Type', type],
    ]);
  const junk = junkText.map(inHeader);
  const another: fc.Arbitrary<Headers[number]> = fc.oneof(
    fc.tuple(fc.constantFrom(...HEADERS), junk),
    fc.tuple(fc.constant('Content-Type'), fc.constantFrom(...CONTENT_TYPES, ...types)),
    fc.tuple(fc.constant('Content-Encoding'), fc.constantFrom('gzip', 'identity', 'br')),
    fc.tuple(
      fc.constant('Authorization'),
      fc.oneof(
        fc.constantFrom('\u00a7read\u00a7', '\u00a7publish\u00a7', '\u00a7other\u00a7'),
        fc.constantFrom('', 'Bearer', 'Basic Og==', 'Basic !!!', 'Digest x=y'),
        junk.map((text) => `Bearer ${text}`),
      ),
    ),
    fc.tuple(
      fc.constant('Idempotency-Key'),
      fc.nat(20).map((number) => `key-${number}`),
    ),
  );
  const wrong = fc
    .tuple(right, fc.array(another, { minLength: 1, maxLength: 3 }), fc.boolean())
    .map(([headers, more, twice]): Headers => {
      const names = new Set(more.map(([name]) => name));
      return [...headers.filter(([name]) => twice || !names.has(name)), ...more];
    });
  return { right, wrong };
}

const HEADERS = [
  'Host',
  'X-Request-Id',
  'Idempotency-Key',
  'Accept',
  'Accept-Encoding',
  'X-Forwarded-For',
  'X-Forwarded-Host',
  'X-Http-Method-Override',
  'Cookie',
  'Origin',
  'Range',
  'If-Match',
  'Content-Type',
];

const CONTENT_TYPES = [
  'text/plain',
  'application/json; charset=latin1',
  'application/json;charset=utf-8;charset=x',
  'multipart/form-data; boundary=x',
  'application/x-ndjson',
  'nonsense',
  '',
];

/** Ways to damage the text of a body. */
const damage: fc.Arbitrary<(text: string) => string> = fc.oneof(
  fc.nat(200).map((end) => (text: string) => text.slice(0, end)),
  fc.integer({ min: 1, max: 100_000 }).map((depth) => () => '['.repeat(depth)),
  fc.constantFrom(
    (text: string) => `\xef\xbb\xbf${text}`,
    (text: string) => text.replace('{', '{"__proto__":{"a":1},'),
    (text: string) => text.replace(/"(\w+)":/, '"$1":1,"$1":'),
    (text: string) => text.replace(/"\w*"(?!:)/, '"\\ud800"'),
    (text: string) => text.replace(/\d+/, '1e99999'),
    (text: string) => text.replace(/"/, '\xff\xfe"'),
    (text: string) => `${text}\n${text}`,
    (text: string) => text + ' '.repeat(70_000),
  ),
);

function bodyOf({ requestBody }: Operation): Part<string | undefined> {
  const schemas = Object.values(requestBody?.content ?? {}).map(({ schema }) => schema);
  const schema = schemas.find((one) => one.type !== 'string');
  const none = fc.constant(undefined);
  const text = (value: unknown): string => utf8(JSON.stringify(value) ?? 'null');
  if (schema === undefined) return { right: none, wrong: junkValue.map(text) };
  const value = valueOfSchema(schema, '');
  return {
    right: value.map(text),
    wrong: fc.oneof(
      { weight: 8, arbitrary: spoilt(value).map(text) },
      { weight: 2, arbitrary: fc.tuple(value, damage).map(([one, change]) => change(text(one))) },
      { weight: 1, arbitrary: junkValue.map(text) },
      { weight: 1, arbitrary: none },
    ),
  };
}

/**
 * Requests of every operation of a document. Mostly one part is wrong and the rest right: with more
 * wrong parts, the first check would refuse a request, and the later checks would not be tested.
 */
export function requestsOf({ paths }: Document): fc.Arbitrary<FuzzRequest> {
  const operations = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => {
      const [segments, query] = targetOf(path, operation.parameters ?? []) as [
        Part<string>,
        Part<string>,
      ];
      const headers = headersOf(Object.keys(operation.requestBody?.content ?? {}));
      const body = bodyOf(operation);
      const right = fc.constant(method.toUpperCase());
      const request = (wrong: readonly string[]): fc.Arbitrary<FuzzRequest> => {
        const of = <T>(name: string, part: Part<T>) =>
          wrong.includes(name) ? part.wrong : part.right;
        return fc
          .record({
            method: of('method', { right, wrong: fc.constantFrom(...METHODS) }),
            path: of('path', segments),
            query: of('query', query),
            headers: of('headers', headers),
            body: of('body', body),
          })
          .map(({ path: begin, query: end, ...rest }) => ({ ...rest, target: begin + end }));
      };
      return fc.oneof(
        { weight: 4, arbitrary: request([]) },
        { weight: 8, arbitrary: request(['body']) },
        { weight: 3, arbitrary: request(['query']) },
        { weight: 2, arbitrary: request(['path']) },
        { weight: 2, arbitrary: request(['headers']) },
        { weight: 1, arbitrary: request(['method']) },
        { weight: 2, arbitrary: request(['path', 'query', 'headers', 'body']) },
      );
    }),
  );
  return fc.oneof(...operations);
}
