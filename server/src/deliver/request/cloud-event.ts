import { DIRECT } from '../../model/webhook.ts';

/** What is known of an event beside its payload. */
export interface EventFacts {
  readonly id: string;
  readonly type: string;
  /** When it came, in milliseconds since 1970; undefined: unknown. */
  readonly atMs: number | undefined;
}

/** The context attributes of a CloudEvent, by name, in the order in which they are sent. */
export type CloudAttributes = ReadonlyMap<string, string>;

export const CLOUD_EVENT_TYPE = 'application/cloudevents+json; charset=utf-8';

/** A published event has no longer ones; what a test or a foreign trail has longer is left out. */
const MOST_CHARACTERS = 255;

/** RFC 3339, 5.6. */
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d)$/;

/**
 * The attributes of an event (CloudEvents 1.0, 3.1): those that its publisher gave, which its payload
 * has, or else what is known of it. The payload of a direct invocation is no event, whatever it has.
 *
 * @throws Error if the payload is no JSON
 */
export function cloudAttributes(
  source: string,
  facts: EventFacts,
  payload: string,
): CloudAttributes {
  const published = payload === '' ? undefined : parsed(payload);
  const own = facts.type === DIRECT ? {} : eventOf(published);
  const time = own.time ?? (facts.atMs && new Date(facts.atMs).toISOString());
  return new Map([
    ['specversion', '1.0'],
    ['id', own.id ?? facts.id],
    ['source', source],
    ['type', own.type ?? facts.type],
    ...(time ? ([['time', time]] as const) : []),
    ...(own.subject === undefined ? [] : ([['subject', own.subject]] as const)),
  ]);
}

/**
 * The headers of binary mode (HTTP binding, 3.1.3). Structured mode sends them too, as it may: the trail
 * keeps the headers of an attempt, and shows with them what its body was.
 */
export function cloudHeaders(attributes: CloudAttributes): string[] {
  return [...attributes].flatMap(([name, value]) => [`ce-${name}`, encoded(value)]);
}

/** The attributes in such headers; undefined where there are none. */
export function attributesIn(headers: readonly string[]): CloudAttributes | undefined {
  const found = new Map<string, string>();
  for (let index = 0; index + 1 < headers.length; index += 2) {
    const name = headers[index]?.toLowerCase() ?? '';
    if (name.startsWith('ce-')) found.set(name.slice(3), decoded(headers[index + 1] as string));
  }
  return found.has('specversion') ? found : undefined;
}

/**
 * The text around the payload in structured mode (JSON format, 3.1): the payload stays as it was
 * published, byte for byte.
 */
export function envelopeOf(
  attributes: CloudAttributes,
  isEmpty: boolean,
): { readonly head: string; readonly tail: string } {
  const members = Object.fromEntries(attributes);
  if (isEmpty) return { head: JSON.stringify(members), tail: '' };
  const text = JSON.stringify({ ...members, datacontenttype: 'application/json' });
  return { head: `${text.slice(0, -1)},"data":`, tail: '}' };
}

function parsed(payload: string): unknown {
  try {
    return JSON.parse(payload);
  } catch {
    throw new Error('the payload is no JSON, and the delivery rule cloudevents needs JSON');
  }
}

/** What of an event's own fields can be an attribute: none where it is no event. */
function eventOf(value: unknown) {
  if (typeof value !== 'object' || value === null) return {};
  const { id, subject, time, type } = value as Readonly<Record<string, unknown>>;
  if (!isAttribute(id) || !isAttribute(type)) return {};
  return {
    id,
    type,
    subject: isAttribute(subject) ? subject : undefined,
    time: isAttribute(time) && TIME.test(time) ? time : undefined,
  };
}

function isAttribute(value: unknown): value is string {
  return typeof value === 'string' && value !== '' && value.length <= MOST_CHARACTERS;
}

/** Percent-encoding of the HTTP binding, 3.1.3.2: all but visible ASCII, `"` and `%`. */
function encoded(value: string): string {
  return value.replace(/[^!#$&-~]/gu, (character) =>
    Buffer.from(character)
      .toString('hex')
      .toUpperCase()
      .replace(/../g, (byte) => `%${byte}`),
  );
}

function decoded(value: string): string {
  try {
    return decodeURIComponent(value);
  } catch {
    return value;
  }
}
