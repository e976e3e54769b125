import { useQuery } from '@tanstack/preact-query';
import { callOptions } from '../data/call-options.ts';
import { hooktrail } from '../data/hooktrail.ts';
import { live } from '../data/live.ts';
import { statusTone } from '../model/status-tone.ts';
import { Badge } from './badge.tsx';
import { Empty } from './empty.tsx';
import { Failure } from './failure.tsx';
import { Table } from './table.tsx';
import { Time } from './time.tsx';

const SHOWN = 10;
const LIVE_MS = 10_000;
/** Names of webhooks, the span that is stored, the rows and their events. */
const STATEMENTS = 4;

/** The newest invocations that a query selects, with a link to all of them. */
export function SmallList({ q, empty }: { q: string; empty: string }) {
  const list = useQuery({
    queryKey: ['small-list', q],
    queryFn: (context) =>
      hooktrail.invocations
        .list(q, { pageSize: SHOWN }, callOptions(context))
        .then(({ items }) => items),
    meta: live({ everyMs: LIVE_MS, statements: STATEMENTS }),
  });
  if (list.error) {
    return <Failure what="The list" error={list.error} onRetry={() => void list.refetch()} />;
  }
  if (list.data === undefined) return null;
  if (list.data.length === 0) return <Empty title={empty} />;
  return (
    <Table heads={['Created', 'Status', 'Event type', ['Attempts', 'num'], 'Why']}>
      {list.data.map((row) => (
        <tr key={row.id}>
          <td>
            <a href={`/console/invocations/${row.id}`}>
              <Time at={row.createdAt} />
            </a>
          </td>
          <td class="nowrap">
            <Badge tone={statusTone(row.status)}>{row.status}</Badge> {row.statusCode}
          </td>
          <td class="mono wrap">{row.eventType}</td>
          <td class="num" data-head="Attempts">
            {row.attemptsCount}
          </td>
          <td class="soft">{row.errorClass ?? row.reasonCode}</td>
        </tr>
      ))}
    </Table>
  );
}
