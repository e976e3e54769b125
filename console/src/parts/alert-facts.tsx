import type { Alert } from '@hooktrail/sdk/hooktrail';
import { ALERT_KINDS } from '../model/alert-kinds.ts';
import { formatAlertValue } from '../model/format-alert-value.ts';
import { formatDuration } from '../model/format-duration.ts';
import { Time } from './time.tsx';

/** The numbers and times of an alert. */
export function AlertFacts({ alert }: { alert: Alert }) {
  const { kind, openedAt, resolvedAt } = alert;
  const words = ALERT_KINDS[kind];
  return (
    <section class="card" aria-label="Facts">
      <header>
        <h2 class="grow">Facts</h2>
        <a href="/console/alerts?show=rules">Rules</a>
      </header>
      <div class="body">
        <dl class="facts">
          <dt>Id</dt>
          <dd class="mono">{alert.id}</dd>
          <dt>Value</dt>
          <dd>
            {formatAlertValue(kind, alert.value)} {(alert.value === 1 && words?.one) || words?.what}
            <div class="soft">
              bad from {formatAlertValue(kind, alert.threshold)}{' '}
              {words?.below ? 'downwards' : 'upwards'}
            </div>
          </dd>
          <dt>Bad since</dt>
          <dd>
            <Time at={alert.startedAt} form="long" />
          </dd>
          <dt>Opened</dt>
          <dd>
            <Time at={openedAt} form="long" />
          </dd>
          <dt>Resolved</dt>
          <dd>
            {resolvedAt ? (
              <>
                <Time at={resolvedAt} form="long" />, after{' '}
                {formatDuration(resolvedAt.getTime() - openedAt.getTime())}
              </>
            ) : (
              'not yet'
            )}
          </dd>
          <dt>Acknowledged</dt>
          <dd class="wrap">
            {alert.acknowledgedAt ? (
              <>
                <Time at={alert.acknowledgedAt} form="long" />, with the token{' '}
                <code>{alert.acknowledgedBy}</code>
                {alert.note && <div>{alert.note}</div>}
              </>
            ) : (
              'not yet'
            )}
          </dd>
        </dl>
      </div>
    </section>
  );
}
