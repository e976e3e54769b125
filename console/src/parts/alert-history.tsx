import { hooktrail } from '../data/hooktrail.ts';
import { useJobNames } from '../data/use-job-names.ts';
import { usePages } from '../data/use-pages.ts';
import { useParameters } from '../data/use-parameters.ts';
import { ALERT_KINDS } from '../model/alert-kinds.ts';
import { alertName } from '../model/alert-name.ts';
import { alertSubject } from '../model/alert-subject.ts';
import { alertTone } from '../model/alert-tone.ts';
import { formatDuration } from '../model/format-duration.ts';
import { Badge } from './badge.tsx';
import { Empty } from './empty.tsx';
import { PagedTable } from './paged-table.tsx';
import { Time } from './time.tsx';

const PAGE = 50;
const LIVE_MS = 15_000;
const STATEMENTS = 1;

/** Alerts that are open, or those that were, the one opened last first. */
export function AlertHistory({ state }: { state: 'open' | 'resolved' }) {
  const parameters = useParameters();
  const [kind, webhookId] = [parameters.get('kind'), parameters.get('webhook')];
  const list = usePages(
    ['alerts', state, kind, webhookId],
    (pageAfter, options) =>
      hooktrail.alerts.list(
        {
          filterState: state,
          filterKind: kind || undefined,
          filterWebhookId: webhookId || undefined,
          pageSize: PAGE,
          pageAfter,
        },
        options,
      ),
    { everyMs: LIVE_MS, statements: STATEMENTS },
  );
  const jobNames = useJobNames(list.rows.flatMap(({ job }) => job?.id ?? []));
  const isNarrowed = kind !== '' || webhookId !== '';
  const ended = state === 'open' ? 'Acknowledged' : 'Resolved';
  const named = list.rows.find(({ webhook }) => webhook?.id === webhookId)?.webhook?.name;
  return (
    <>
      <div class="row bar">
        <label class="row">
          <span class="soft">Kind</span>
          <select
            class="input"
            value={kind}
            onChange={(event) => parameters.set({ kind: event.currentTarget.value })}
          >
            <option value="">all</option>
            {Object.entries(ALERT_KINDS).map(([each, { name }]) => (
              <option key={each} value={each}>
                {name}
              </option>
            ))}
          </select>
        </label>
        {webhookId !== '' && (
          <span class="row">
            <span class="soft">of the webhook</span> {named ?? <code>{webhookId}</code>}
            <button
              type="button"
              class="button small"
              onClick={() => parameters.set({ webhook: '' })}
            >
              Show all webhooks
            </button>
          </span>
        )}
      </div>
      <PagedTable
        list={list}
        what="alerts"
        heads={['Severity', 'What happened', 'About', 'Opened', ended]}
        empty={
          isNarrowed ? (
            <Empty title={`No ${state} alert is like that`} />
          ) : state === 'open' ? (
            <Empty title="No alert is open">
              <p>
                <a href="/console/alerts?show=rules">Rules</a> say what opens one, and{' '}
                <a href="/console/alerts?show=routes">routes</a> who is notified.
              </p>
            </Empty>
          ) : (
            <Empty title="No alert was resolved yet">
              <p>Resolved alerts are kept for 90 days.</p>
            </Empty>
          )
        }
      >
        {(alert) => {
          const subject = alertSubject(alert, jobNames);
          return (
            <tr key={alert.id}>
              <td>
                <Badge tone={alertTone(alert)}>{alert.severity}</Badge>
                {alert.muted && <div class="soft">muted</div>}
              </td>
              <td class="wrap">
                <a href={`/console/alerts/${alert.id}`}>
                  <strong>{alertName(alert.kind)}</strong>
                </a>
                <div>{alert.summary}</div>
              </td>
              <td class="wrap" data-head="About">
                <a href={subject.href}>{subject.name}</a>
              </td>
              <td data-head="Opened">
                <Time at={alert.openedAt} />
              </td>
              <td class="wrap" data-head={ended}>
                {alert.state === 'resolved' && alert.resolvedAt ? (
                  <>
                    <Time at={alert.resolvedAt} />
                    <div class="soft">
                      after {formatDuration(alert.resolvedAt.getTime() - alert.openedAt.getTime())}
                    </div>
                  </>
                ) : alert.acknowledgedAt ? (
                  <>
                    <Time at={alert.acknowledgedAt} />
                    {alert.note && <div class="soft">{alert.note}</div>}
                  </>
                ) : (
                  <span class="soft">not yet</span>
                )}
              </td>
            </tr>
          );
        }}
      </PagedTable>
    </>
  );
}
