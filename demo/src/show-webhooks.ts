import { dressStatus } from './dress-status.ts';
import { layoutTable } from './layout-table.ts';
import type { Trail } from './read-trail.ts';
import type { Screen } from './screen.ts';
import { WIDTH } from './width.ts';

/** Shows a table of the webhooks with their invocations by status. */
export function showWebhooks(screen: Screen, trails: readonly Trail[]): void {
  const statuses = [
    ...new Set(trails.flatMap(({ invocations }) => invocations.map((row) => row.status))),
  ];
  const columns = [
    { title: 'Webhook' },
    { title: 'Subscription', flexible: true },
    { title: 'total', align: 'right' as const },
    { title: 'attempts', align: 'right' as const },
    ...statuses.map((title) => ({ title, align: 'right' as const })),
  ];
  const dim = (text: string) => screen.style('dim', text);
  const rows = trails.map(({ webhook, invocations }) => [
    { text: webhook.name },
    { text: webhook.subscriptions.join(', ').replace('zen:event-type:', ''), dress: dim },
    { text: String(invocations.length) },
    { text: String(invocations.reduce((sum, row) => sum + row.attemptsCount, 0)) },
    ...statuses.map((status) => {
      const count = invocations.filter((row) => row.status === status).length;
      return count === 0
        ? { text: '-', dress: dim }
        : { text: String(count), dress: dressStatus(screen, status) };
    }),
  ]);
  screen.line();
  screen.line(screen.style('bold', 'Webhooks, and their invocations by status'));
  screen.line();
  for (const line of layoutTable(columns, rows, WIDTH - 2)) screen.line(`  ${line}`);
}
