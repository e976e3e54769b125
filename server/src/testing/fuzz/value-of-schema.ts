import fc from 'fast-check';

/** The parts of JSON Schema that `spec/openapi.json` uses. */
export interface Schema {
  readonly type?: string | readonly string[];
  readonly enum?: readonly string[];
  readonly format?: string;
  readonly readOnly?: boolean;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly maxLength?: number;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean | Schema;
  readonly items?: Schema;
}

/** The mark of a known id, which the run fills in. */
export const known = (what: string): fc.Arbitrary<string> =>
  fc.nat(40).map((number) => `\u00a7${what}.${number}\u00a7`);

const eventType = fc.oneof(
  fc.nat(30).map((number) => `fuzz.type_${number}`),
  fc.constantFrom('zen:event-type:ticket.created', 'order.paid', 'a.b.c.d'),
);

/**
 * Values that a schema alone does not suggest. No request to these endpoints leaves the machine.
 */
const BY_NAME: Readonly<Record<string, fc.Arbitrary<unknown>>> = {
  subscriptions: fc.oneof(
    fc.uniqueArray(eventType, { maxLength: 3 }),
    fc.constant(['conditional_ticket_events']),
  ),
  endpoint: fc.constantFrom(
    'http://127.0.0.1:9/',
    'http://127.0.0.1:9/a?b=c&b=%zz',
    'https://[::1]:9/',
    'http://10.0.0.1/',
    'http://169.254.169.254/latest',
    'https://127.1:9/',
    'http://0x7f.1/',
  ),
  type: eventType,
  http_method: fc.constantFrom(...Array(8).fill('POST'), 'PUT', 'GET'),
  request_format: fc.constantFrom(...Array(8).fill('json'), 'xml', 'form_encoded'),
  authentication: fc.constantFrom<unknown>(
    null,
    { type: 'basic_auth', data: { username: 'ann', password: 'p' } },
    { type: 'bearer_token', data: { token: 't' } },
    { type: 'api_key', data: { name: 'X-Key', value: 'v' }, add_position: 'query_string' },
  ),
  custom_headers: fc.constantFrom<unknown>(null, {}, { 'X-A': '1' }, { Accept: 'é', 'x-b': '' }),
};

const TIMES = [
  '2026-01-31T12:00:00Z',
  '2031-01-31T12:00:00.5Z',
  '1970-01-01T00:00:00Z',
  '9999-12-31T23:59:59Z',
];

/** Values that match a schema; the name of the field says more. */
export function valueOfSchema(schema: Schema, name: string): fc.Arbitrary<unknown> {
  const byName = BY_NAME[name];
  if (byName !== undefined && (name !== 'type' || schema.enum === undefined)) return byName;
  if (schema.enum !== undefined) return fc.constantFrom(...schema.enum);
  if (schema.readOnly === true) return fc.constant('ignored');
  const [type] = [schema.type].flat();
  switch (type) {
    case 'string':
      if (schema.format === 'date-time') return fc.constantFrom(...TIMES);
      if (/id$/.test(name))
        return fc.oneof(known('webhook'), fc.stringMatching(/^[a-z0-9]{1,20}$/));
      return fc.stringMatching(/^[a-zA-Z0-9]{1,20}$/);
    case 'integer':
      return fc.integer({ min: schema.minimum ?? -10, max: schema.maximum ?? 1_000 });
    case 'boolean':
      return fc.boolean();
    case 'array':
      return fc.array(valueOfSchema(schema.items ?? {}, name), { maxLength: 4 });
    case 'object': {
      const entries = Object.entries(schema.properties ?? {});
      if (entries.length === 0) return fc.dictionary(fc.string({ maxLength: 8 }), fc.jsonValue());
      const model = Object.fromEntries(
        entries.map(([key, value]) => [key, valueOfSchema(value, key)]),
      );
      return fc.record(model, { requiredKeys: [...(schema.required ?? [])] });
    }
    default:
      return fc.jsonValue({ maxDepth: 1 });
  }
}
