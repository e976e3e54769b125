import type { ListedInvocation } from '@hooktrail/sdk/hooktrail';
import type { QueryTerm } from '@hooktrail/sdk/query';
import type { ComponentChildren } from 'preact';
import { formatDuration } from '../model/format-duration.ts';
import { statusTone } from '../model/status-tone.ts';
import { Badge } from './badge.tsx';
import { Time } from './time.tsx';

/** A column of the list of invocations. */
export interface InvocationColumn {
  readonly id: string;
  readonly label: string;
  /** The class of its width. */
  readonly size: 's' | 'm' | 'l' | 'xl';
  show(row: ListedInvocation): ComponentChildren;
  /** The condition that selects rows with the same value, if the query language has one. */
  term?(row: ListedInvocation): QueryTerm | undefined;
}

const one = (field: string, value: unknown): QueryTerm | undefined =>
  value === undefined ? undefined : ({ field, values: [value] } as unknown as QueryTerm);

/** The columns that a reader can choose from. */
export const INVOCATION_COLUMNS: readonly InvocationColumn[] = [
  { id: 'created', label: 'Created', size: 'm', show: ({ createdAt }) => <Time at={createdAt} /> },
  {
    id: 'status',
    label: 'Status',
    size: 'l',
    show: ({ status, statusCode }) => (
      <>
        <Badge tone={statusTone(status)}>{status}</Badge>
        {statusCode !== undefined && <span class="soft">{statusCode}</span>}
      </>
    ),
    term: ({ status }) => one('status', status),
  },
  {
    id: 'webhook',
    label: 'Webhook',
    size: 'l',
    show: ({ webhook }) => (
      <span class="cut" title={webhook.name}>
        {webhook.name}
        {webhook.deletedAt && <span class="soft"> (deleted)</span>}
      </span>
    ),
    term: ({ webhook }) => one('webhook', webhook.id),
  },
  {
    id: 'type',
    label: 'Event type',
    size: 'xl',
    show: ({ eventType }) => (
      <span class="cut mono" title={eventType}>
        {eventType ?? ''}
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
    show: ({ attemptsCount }) => attemptsCount,
    term: ({ attemptsCount }) => one('attempts', attemptsCount),
  },
  {
    id: 'took',
    label: 'Took',
    size: 's',
    show: ({ durationMs }) => (durationMs === undefined ? '' : formatDuration(durationMs)),
  },
  {
    id: 'code',
    label: 'Code',
    size: 's',
    show: ({ statusCode }) => statusCode ?? '',
    term: ({ statusCode }) => one('code', statusCode),
  },
  {
    id: 'why',
    label: 'Why',
    size: 'xl',
    show: ({ reason, reasonCode, errorClass, nextAttemptAt }) => (
      <span class="cut" title={reason}>
        {errorClass && <strong>{errorClass} </strong>}
        {reasonCode}
        {nextAttemptAt && (
          <span class="soft">
            {' '}
            until <Time at={nextAttemptAt} />
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
    show: ({ latestCompletedAt }) => latestCompletedAt && <Time at={latestCompletedAt} />,
  },
  { id: 'id', label: 'Id', size: 'xl', show: ({ id }) => <span class="mono cut">{id}</span> },
];
