import { useQuery } from '@tanstack/preact-query';
import { hooktrail } from '../data/hooktrail.ts';
import { statusTone } from '../model/status-tone.ts';
import { Badge } from './badge.tsx';
import { Empty } from './empty.tsx';
import { Failure } from './failure.tsx';
import { Time } from './time.tsx';

const SHOWN = 10;
const LIVE_MS = 5_000;

/** The newest invocations that a query selects, with a link to all of them. */
export function SmallList({ q, empty }: { q: string; empty: string }) {
  const list = useQuery({
    queryKey: ['small-list', q],
    queryFn: ({ signal }) =>
      hooktrail.invocations.list(q, { pageSize: SHOWN }, { signal }).then(({ items }) => items),
    refetchInterval: LIVE_MS,
  });
  if (list.error) {
    return <Failure what="The list" error={list.error} onRetry={() => void list.refetch()} />;
  }
  if (list.data === undefined) return null;
  if (list.data.length === 0) return <Empty title={empty} />;
  return (
    <div class="scroll-x">
      <table class="table">
        <thead>
          <tr>
            <th>Created</th>
            <th>Status</th>
            <th>Event type</th>
            <th class="num">Attempts</th>
            <th>Why</th>
          </tr>
        </thead>
        <tbody>
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
              <td class="num">{row.attemptsCount}</td>
              <td class="soft">{row.errorClass ?? row.reasonCode}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
