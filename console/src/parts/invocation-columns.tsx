import type { ListedInvocation } from '@hooktrail/sdk/hooktrail';
import type { QueryTerm } from '@hooktrail/sdk/query';
import type { ComponentChildren } from 'preact';
import { formatDuration } from '../model/format-duration.ts';
import type { CellSize } from '../model/stack-cells.ts';
import { statusTone } from '../model/status-tone.ts';
import { Badge } from './badge.tsx';
import { showTime } from './show-time.tsx';

/** How the cells of a row are shown. */
export interface RowShown {
  readonly utc: boolean;
  /** Somebody points at the row, or has reached it with the keys: what shows on hover is needed only then. */
  readonly isPointed: boolean;
}

const time = (at: Date, { utc, isPointed }: RowShown) =>
  showTime(at, { utc, form: 'short', hasTitle: isPointed });

/** A column of the list of invocations. Its cells have no components: each of them costs more than its elements. */
export interface InvocationColumn {
  readonly id: string;
  readonly label: string;
  /** The class of its width. */
  readonly size: CellSize;
  /** What a stacked row says before the value, where that does not speak for itself. */
  readonly stackedLabel?: string;
  show(row: ListedInvocation, shown: RowShown): ComponentChildren;
  /** The condition that selects rows with the same value, if the query language has one. */
  term?(row: ListedInvocation): QueryTerm | undefined;
}

const one = (field: string, value: unknown): QueryTerm | undefined =>
  value === undefined ? undefined : ({ field, values: [value] } as unknown as QueryTerm);

/** Where every type begins with it, a narrow column would show nothing else. A query takes a type without it too. */
const TYPE_PREFIX = /^zen:event-type:(?=.)/;

/** The columns that a reader can choose from. */
export const INVOCATION_COLUMNS: readonly InvocationColumn[] = [
  {
    id: 'created',
    label: 'Created',
    size: 'm',
    show: ({ createdAt }, shown) => time(createdAt, shown),
  },
  {
    id: 'status',
    label: 'Status',
    size: 'l',
    show: ({ status, statusCode }) => (
      <>
        {Badge({ tone: statusTone(status), children: status })}
        {statusCode !== undefined && <span class="soft">{statusCode}</span>}
      </>
    ),
    term: ({ status }) => one('status', status),
  },
  {
    id: 'webhook',
    label: 'Webhook',
    size: 'l',
    show: ({ origin, webhook }) => (
      <span
        class="cut"
        title={origin === undefined ? webhook.name : `${webhook.name}, archived from ${origin}`}
      >
        {webhook.name}
        {webhook.deletedAt && (
          <span class="soft"> ({origin === undefined ? 'deleted' : 'gone there'})</span>
        )}
      </span>
    ),
    term: ({ webhook }) => one('webhook', webhook.id),
  },
  {
    id: 'origin',
    label: 'Origin',
    size: 'm',
    show: ({ origin }) => (
      <span class="cut" title={origin}>
        {origin === undefined ? 'ours' : `archived from ${origin}`}
      </span>
    ),
    term: ({ origin }) => one('origin', origin ?? 'local'),
  },
  {
    id: 'type',
    label: 'Event type',
    size: 'xl',
    show: ({ eventType }) => (
      <span class="cut mono" title={eventType}>
        {eventType?.replace(TYPE_PREFIX, '') ?? ''}
      </span>
    ),
    term: ({ eventType }) => one('type', eventType),
  },
  {
    id: 'subject',
    label: 'Subject',
    size: 'l',
    show: ({ subject }) => (
      <span class="cut" title={subject}>
        {subject ?? ''}
      </span>
    ),
  },
  {
    id: 'attempts',
    label: 'Attempts',
    size: 's',
    stackedLabel: 'Attempts',
    show: ({ attemptsCount }) => attemptsCount,
    term: ({ attemptsCount }) => one('attempts', attemptsCount),
  },
  {
    id: 'took',
    label: 'Took',
    size: 's',
    stackedLabel: 'Took',
    show: ({ durationMs }) => (durationMs === undefined ? '' : formatDuration(durationMs)),
  },
  {
    id: 'code',
    label: 'Code',
    size: 's',
    stackedLabel: 'Code',
    show: ({ statusCode }) => statusCode ?? '',
    term: ({ statusCode }) => one('code', statusCode),
  },
  {
    id: 'why',
    label: 'Why',
    size: 'xl',
    show: ({ reason, reasonCode, errorClass, nextAttemptAt }, shown) => (
      <span class="cut" title={reason}>
        {errorClass && <strong>{errorClass} </strong>}
        {reasonCode}
        {nextAttemptAt && (
          <span class="soft">
            {' until '}
            {time(nextAttemptAt, shown)}
          </span>
        )}
      </span>
    ),
    term: ({ reasonCode }) => one('reason', reasonCode),
  },
  {
    id: 'error',
    label: 'Error',
    size: 'm',
    show: ({ errorClass }) => errorClass ?? '',
    term: ({ errorClass }) => one('error', errorClass),
  },
  {
    id: 'state',
    label: 'State',
    size: 's',
    show: ({ state }) => state,
    term: ({ state }) => one('state', state),
  },
  {
    id: 'trigger',
    label: 'Trigger',
    size: 's',
    show: ({ trigger }) => trigger ?? '',
    term: ({ trigger }) => one('trigger', trigger),
  },
  {
    id: 'completed',
    label: 'Completed',
    size: 'm',
    stackedLabel: 'Done',
    show: ({ latestCompletedAt }, shown) => latestCompletedAt && time(latestCompletedAt, shown),
  },
  { id: 'id', label: 'Id', size: 'xl', show: ({ id }) => <span class="mono cut">{id}</span> },
];
