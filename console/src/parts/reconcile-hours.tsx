import type { ReconciledHour, ReconcileNumbers } from '@hooktrail/sdk/hooktrail';
import { formatCount } from '../model/format-count.ts';
import { gapWords } from '../model/gap-words.ts';
import { RECONCILE_KINDS } from '../model/reconcile-kinds.ts';
import { Badge } from './badge.tsx';
import { ReconcileBar } from './reconcile-bar.tsx';
import { type Head, Table } from './table.tsx';
import { Time } from './time.tsx';

const HOUR_MS = 3_600_000;

const HEADS: readonly Head[] = [
  'Hour',
  'Webhook',
  ...RECONCILE_KINDS.map(({ label }): Head => [label, 'num']),
  ['Listed', 'num'],
  ['As a bar', 'sr'],
];

const sumOf = (numbers: ReconcileNumbers) => numbers.listed + numbers.notListed;

/** The numbers by webhook and hour; each that is not 0 leads to what is behind it. */
export function ReconcileHours({
  hours,
  addressOf,
}: {
  hours: readonly ReconciledHour[];
  /** Of the invocations behind a number. */
  addressOf: (kind: string, from: Date, to: Date, webhookId: string) => string;
}) {
  const most = Math.max(0, ...hours.map(sumOf));
  return (
    <Table heads={HEADS}>
      {hours.map((row) => {
        const { hour, inbox, unknown, webhook } = row;
        const end = new Date(hour.getTime() + HOUR_MS);
        return (
          <tr key={`${hour.getTime()} ${webhook.id}`}>
            <td>
              <Time at={hour} />
              {unknown !== undefined && (
                <div class="wrap">
                  <Badge tone="hold">unknown</Badge>
                  <span class="soft"> more may have been sent: {gapWords(unknown)}</span>
                </div>
              )}
            </td>
            <td class="wrap">
              {webhook.name}
              <div class="soft">
                to{' '}
                {inbox.name === undefined ? (
                  'an inbox that was deleted'
                ) : (
                  <a href={`/console/inboxes/${inbox.id}`}>{inbox.name}</a>
                )}
              </div>
            </td>
            {RECONCILE_KINDS.map(({ field, kind, label }) => (
              <td key={kind} class="num" data-head={label}>
                {row[field] === 0 ? (
                  <span class="soft">0</span>
                ) : (
                  <a
                    href={addressOf(kind, hour, end, webhook.id)}
                    aria-label={`${label}: ${formatCount(row[field])}, of ${webhook.name}`}
                  >
                    {formatCount(row[field])}
                  </a>
                )}
              </td>
            ))}
            <td class="num" data-head="Listed">
              {formatCount(row.listed)}
            </td>
            <td>
              <ReconcileBar numbers={row} most={most} />
            </td>
          </tr>
        );
      })}
    </Table>
  );
}
