import { useQuery } from '@tanstack/preact-query';
import { callOptions } from '../data/call-options.ts';
import { hooktrail } from '../data/hooktrail.ts';
import { live } from '../data/live.ts';
import { formatDuration } from '../model/format-duration.ts';
import { Badge } from './badge.tsx';
import { Failure } from './failure.tsx';
import { Table } from './table.tsx';
import { Time } from './time.tsx';

/** A node is missing after 30 seconds. */
const LIVE_MS = 15_000;

/** The nodes, for operators: also those that ended without a word within the last day. */
export function NodeTable() {
  const found = useQuery({
    queryKey: ['nodes'],
    queryFn: (context) => hooktrail.nodes(callOptions(context)),
    meta: live({ everyMs: LIVE_MS, statements: 1 }),
  });
  if (found.error) {
    return <Failure what="The nodes" error={found.error} onRetry={() => void found.refetch()} />;
  }
  return (
    <section class="card">
      <header>
        <h2>Nodes</h2>
      </header>
      <Table
        label="Nodes"
        heads={['Node', 'State', 'Version', 'Since', 'Last beat', ['CPU', 'num'], ['Lag', 'num']]}
      >
        {found.data?.map(
          ({ address, host, id, lagMs, load, seenAt, startedAt, state, version }) => (
            <tr key={id}>
              <td class="mono wrap">
                {host} <div class="soft">{address}</div>
              </td>
              <td>
                <Badge tone={state === 'up' ? 'ok' : 'bad'}>{state}</Badge>
              </td>
              <td data-head="Version">{version}</td>
              <td data-head="Since">
                <Time at={startedAt} />
              </td>
              <td data-head="Last beat">
                <Time at={seenAt} />
              </td>
              <td class="num" data-head="CPU">
                {load.cpu.toFixed(2)}
              </td>
              <td class="num" data-head="Lag">
                {lagMs === undefined ? '' : formatDuration(lagMs)}
              </td>
            </tr>
          ),
        )}
      </Table>
    </section>
  );
}
