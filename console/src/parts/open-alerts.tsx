import { OPEN_ALERTS_SHOWN, useOpenAlerts } from '../data/use-open-alerts.ts';
import { alertTone } from '../model/alert-tone.ts';
import { Badge } from './badge.tsx';
import { Failure } from './failure.tsx';
import { Time } from './time.tsx';

/** The open alerts above everything else of the overview; nothing while there are none. */
export function OpenAlerts() {
  const open = useOpenAlerts();
  const { items = [], hasMore = false } = open.data ?? {};
  if (open.error) {
    return (
      <Failure what="The open alerts" error={open.error} onRetry={() => void open.refetch()} />
    );
  }
  if (items.length === 0) return null;
  return (
    <section class="card scroll-x" aria-label="Open alerts">
      <header>
        <h2 class="grow">{items.length === 1 ? 'Open alert' : 'Open alerts'}</h2>
        <a href="/console/alerts">All alerts</a>
      </header>
      <table class="table">
        <thead class="sr">
          <tr>
            <th>Severity</th>
            <th>What happened</th>
            <th>Opened</th>
          </tr>
        </thead>
        <tbody>
          {items.map((alert) => (
            <tr key={alert.id}>
              <td>
                <Badge tone={alertTone(alert)}>{alert.severity}</Badge>
              </td>
              <td class="wrap">
                <a href={`/console/alerts/${alert.id}`}>{alert.summary}</a>
                {alert.acknowledgedAt && (
                  <div class="soft">
                    acknowledged <Time at={alert.acknowledgedAt} />
                    {alert.note && `: ${alert.note}`}
                  </div>
                )}
              </td>
              <td>
                <Time at={alert.openedAt} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {hasMore && <div class="body soft">The {OPEN_ALERTS_SHOWN} that opened last are shown.</div>}
    </section>
  );
}
