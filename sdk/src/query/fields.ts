import {
  type ClosedList,
  ERROR_CLASSES,
  REASONS,
  STATES,
  STATUSES,
  TRIGGERS,
} from './closed-lists.ts';
import type { QueryTerm } from './query.ts';

/** Which kind of value a field takes; completion offers the right names by it. */
export type QueryValueKind =
  | 'closed'
  | 'code'
  | 'count'
  | 'duration'
  | 'invocation'
  | 'job'
  | 'moment'
  | 'origin'
  | 'text'
  | 'time'
  | 'type'
  | 'webhook';

/** A field of the query language. */
export interface QueryField {
  /** Its name in the JSON form. */
  readonly field: QueryTerm['field'];
  /** How it is written before its colon: a name, or a form such as `header.NAME`. */
  readonly name: string;
  /** Which kind of value it takes. */
  readonly kind: QueryValueKind;
  /** What it matches. */
  readonly meaning: string;
  /** Whole terms. */
  readonly examples: readonly string[];
  /** All values that it takes, where that is a closed list. */
  readonly values?: ClosedList;
}

function row(
  field: QueryField['field'],
  kind: QueryValueKind,
  meaning: string,
  examples: readonly string[],
  more: { readonly name?: string; readonly values?: ClosedList } = {},
): QueryField {
  return { field, name: field, kind, meaning, examples, ...more };
}

/** Every field: parser, printer, reader, completion and docs/query.md go by this table. */
export const QUERY_FIELDS: readonly QueryField[] = [
  row('webhook', 'webhook', 'id or name of the webhook', [
    'webhook:orders',
    'webhook:01KB8YPZ0Q6X1V3C5B7N9M2K4J',
    'webhook:"Orders, EU"',
  ]),
  row(
    'status',
    'closed',
    'status of the invocation',
    ['status:failed,timeout', 'status:"client error"'],
    {
      values: STATUSES,
    },
  ),
  row('code', 'code', 'HTTP status of the latest answer', [
    'code:404',
    'code:5xx',
    'code:500-504',
    'code:>=500',
  ]),
  row('type', 'type', 'type of the event; `*` stands for any characters', [
    'type:order.paid',
    'type:ticket.*',
  ]),
  row('created', 'time', 'when it was created', [
    'created:2026-11-01',
    'created:2026-11-01..2026-11-02',
    'created:>=2026-11-01T09:30:00+02:00',
  ]),
  row('completed', 'time', 'when its latest attempt finished', [
    'completed:>2026-11-01T09:30',
    'completed:>=30m',
  ]),
  row('since', 'moment', 'created then or later', ['since:2h', 'since:2026-11-01']),
  row('until', 'moment', 'created then or earlier', ['until:15m', 'until:2026-11-01T09:30Z']),
  row('attempts', 'count', 'number of attempts', ['attempts:0', 'attempts:2-5', 'attempts:>3']),
  row('took', 'duration', 'duration of the latest attempt', [
    'took:>5s',
    'took:250ms-1s',
    'took:<=1.5s',
  ]),
  row(
    'error',
    'closed',
    'error class of the latest attempt',
    ['error:dns,"connection refused"', 'error:tls'],
    { values: ERROR_CLASSES },
  ),
  row('reason', 'closed', 'why it waits, or why it ended', ['-reason:breaker'], {
    values: REASONS,
  }),
  row('trigger', 'closed', 'what caused the latest attempt', ['trigger:manual'], {
    values: TRIGGERS,
  }),
  row('invocation', 'invocation', 'id of the invocation', [
    'invocation:01KB8YR4W7Z2X5C8V1B4N6M9Q3',
  ]),
  row('job', 'job', 'id of the job that replayed it', ['job:01KB8YQ6T5B3S8D1F4G7H9J2KM']),
  row('origin', 'origin', 'where it comes from: `local`, or the name of a source', [
    'origin:local',
    'origin:acme',
  ]),
  row('state', 'closed', 'whether it still waits', ['state:undelivered'], { values: STATES }),
  row(
    'json',
    'text',
    'value at a JSON pointer of the body',
    ['/detail/id:9876', '"/detail/full name":"Zoë, Berlin"'],
    { name: '/JSON/POINTER' },
  ),
  row('header', 'text', 'value of a published header', ['header.x-foo:bar'], {
    name: 'header.NAME',
  }),
  row('text', 'text', 'a word or a phrase', ['order', '"order 40123"', '-test'], {
    name: 'WORD',
  }),
];
