import type { Webhook, WebhookInvocation } from '@hooktrail/sdk';
import { clockTime } from './clock-time.ts';
import { dressStatus } from './dress-status.ts';
import { layoutTable } from './layout-table.ts';
import type { Screen } from './screen.ts';
import { seconds } from './seconds.ts';
import { WIDTH } from './width.ts';

const COLUMNS = [
  { title: 'Invocation' },
  { title: 'Event type', flexible: true },
  { title: 'Status' },
  { title: 'Attempts', align: 'right' as const },
  { title: 'Latest' },
  { title: 'Next', align: 'right' as const },
];

/** Shows a table of invocations of one webhook. */
export function showInvocations(
  screen: Screen,
  webhook: Webhook,
  invocations: readonly WebhookInvocation[],
): void {
  const rows = invocations.map((row) => [
    { text: row.id },
    { text: (row.eventType ?? '').replace('zen:event-type:', '') },
    {
      text: [row.status, row.statusCode].join(' ').trim(),
      dress: dressStatus(screen, row.status),
    },
    { text: String(row.attemptsCount) },
    { text: row.latestCompletedAt === undefined ? '-' : clockTime(row.latestCompletedAt, 0) },
    {
      text:
        row.nextAttemptAt === undefined
          ? '-'
          : `in ${seconds(row.nextAttemptAt.getTime() - Date.now())}`,
    },
  ]);
  screen.line();
  screen.line(screen.style('bold', `The latest invocations of "${webhook.name}" (times in UTC)`));
  screen.line();
  for (const line of layoutTable(COLUMNS, rows, WIDTH - 2)) screen.line(`  ${line}`);
}
