import type { AlertWithNotices } from '@hooktrail/sdk/hooktrail';
import { formatCount } from '../model/format-count.ts';
import { noticeTone } from '../model/notice-tone.ts';
import { ROUTE_KINDS } from '../model/route-kinds.ts';
import { Badge } from './badge.tsx';
import { Table } from './table.tsx';
import { Time } from './time.tsx';

/** What each route was sent about an alert. */
export function AlertNotices({ alert: { muted, notices } }: { alert: AlertWithNotices }) {
  return (
    <section class="card" aria-label="Notices">
      <header>
        <h2 class="grow">Notices</h2>
        <a href="/console/alerts?show=routes">Routes</a>
      </header>
      {notices.length === 0 ? (
        <p class="body soft">
          {muted
            ? 'None: it was muted when it opened.'
            : 'None: no route was enabled that takes alerts like this one.'}
        </p>
      ) : (
        <Table
          label="Notices"
          heads={['Route', 'About', 'State', ['Attempts', 'num'], 'When', 'Error']}
        >
          {notices.map(({ at, attempts, error, route, state, transition }) => (
            <tr key={`${route.id} ${transition}`}>
              <td class="wrap">
                {route.name}
                <div class="soft">{ROUTE_KINDS[route.kind]?.[0] ?? route.kind}</div>
              </td>
              <td data-head="About">that it {transition}</td>
              <td>
                <Badge tone={noticeTone(state)}>{state}</Badge>
              </td>
              <td class="num" data-head="Attempts">
                {formatCount(attempts)}
              </td>
              <td data-head="When">
                <Time at={at} />
              </td>
              <td class="wrap" data-head="Error">
                {error}
              </td>
            </tr>
          ))}
        </Table>
      )}
    </section>
  );
}
