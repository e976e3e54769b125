import type { AlertRoute, AlertTest } from '@hooktrail/sdk/hooktrail';
import { useState } from 'preact/hooks';
import { cache } from '../data/cache.ts';
import { explainError } from '../data/explain-error.ts';
import { hooktrail } from '../data/hooktrail.ts';
import { mayAct } from '../data/may-act.ts';
import { toast } from '../data/toast.ts';
import { useAlertRoutes } from '../data/use-alert-routes.ts';
import { alertName } from '../model/alert-name.ts';
import { ROUTE_KINDS } from '../model/route-kinds.ts';
import { AlertRouteDialog } from './alert-route-dialog.tsx';
import { Badge } from './badge.tsx';
import { Confirm } from './confirm.tsx';
import { Empty } from './empty.tsx';
import { Failure } from './failure.tsx';
import { Loading } from './loading.tsx';
import { Notice } from './notice.tsx';
import { Table } from './table.tsx';
import { Time } from './time.tsx';

interface Tested extends AlertTest {
  readonly name: string;
}

/** Where notices of a route go. */
function Target({ route: { addresses, url, webhook } }: { route: AlertRoute }) {
  if (webhook) return <a href={`/console/webhooks/${webhook.id}`}>{webhook.name}</a>;
  return <span class="mono">{addresses?.join(', ') ?? url}</span>;
}

/** Who is notified of alerts: with a test of each, and with what failed last. */
export function AlertRoutes() {
  const list = useAlertRoutes();
  const [editing, setEditing] = useState<AlertRoute | 'new'>();
  const [deleting, setDeleting] = useState<AlertRoute>();
  const [testing, setTesting] = useState<string>();
  const [tested, setTested] = useState<Tested>();
  const fresh = () => cache.invalidateQueries({ queryKey: ['alert-routes'] });
  const test = async ({ id, name }: AlertRoute) => {
    setTesting(id);
    setTested(undefined);
    try {
      setTested({ ...(await hooktrail.alertRoutes.test(id)), name });
    } catch (failure) {
      setTested({ sent: false, error: explainError(failure), name });
    }
    setTesting(undefined);
    // The test is its last notice.
    await fresh();
  };
  const create = mayAct.value && (
    <button type="button" class="button primary" onClick={() => setEditing('new')}>
      Create a route
    </button>
  );
  return (
    <>
      {tested && (
        <Notice {...(!tested.sent && { tone: 'bad' as const })}>
          <p class="grow wrap">
            <strong>
              {tested.sent
                ? `${tested.name} took the test notice.`
                : `${tested.name} did not take the test notice.`}
            </strong>{' '}
            {tested.error}
            {tested.invocationId && (
              <a href={`/console/invocations/${tested.invocationId}`}>Its invocation</a>
            )}
          </p>
          <button type="button" class="button plain small" onClick={() => setTested(undefined)}>
            Hide
          </button>
        </Notice>
      )}
      {list.error && (
        <Failure what="The routes" error={list.error} onRetry={() => void list.refetch()} />
      )}
      {list.isLoading && <Loading what="routes" />}
      {list.data?.length === 0 && (
        <Empty title="Nobody is notified yet">
          <p>
            A route sends alerts to Slack, to e-mail addresses, to an Alertmanager or to a webhook
            of this account. Without one, alerts are seen only here.
          </p>
          {create}
        </Empty>
      )}
      {list.data && list.data.length > 0 && (
        <>
          {create && <div class="row">{create}</div>}
          <div class="card">
            <Table label="Routes" heads={['Route', 'To', 'Takes', 'Last notice', ['Acts', 'sr']]}>
              {list.data.map((route) => (
                <tr key={route.id}>
                  <td class="wrap">
                    <strong>{route.name}</strong>
                    <div class="soft">{ROUTE_KINDS[route.kind]?.[0] ?? route.kind}</div>
                  </td>
                  <td class="wrap" data-head="To">
                    <Target route={route} />
                  </td>
                  <td class="wrap" data-head="Takes">
                    {route.enabled ? (
                      <>
                        {route.kinds?.map(alertName).join(', ') ?? 'all kinds'}
                        {route.minimumSeverity === 'critical' && ', critical ones'}
                      </>
                    ) : (
                      <Badge tone="hold">disabled</Badge>
                    )}
                  </td>
                  <td class="wrap" data-head="Last notice">
                    {route.lastError ? (
                      <>
                        <Badge tone="bad">failed</Badge> {route.lastError}
                        {route.lastSentAt && (
                          <div class="soft">
                            taken before: <Time at={route.lastSentAt} />
                          </div>
                        )}
                      </>
                    ) : route.lastSentAt ? (
                      <Time at={route.lastSentAt} />
                    ) : (
                      'none yet'
                    )}
                  </td>
                  <td class="num nowrap">
                    {mayAct.value && (
                      <>
                        <button
                          type="button"
                          class="button small"
                          disabled={testing !== undefined}
                          aria-label={`Send a test to ${route.name}`}
                          onClick={() => void test(route)}
                        >
                          {testing === route.id ? 'Sending' : 'Send a test'}
                        </button>{' '}
                        <button
                          type="button"
                          class="button small"
                          aria-label={`Edit ${route.name}`}
                          onClick={() => setEditing(route)}
                        >
                          Edit
                        </button>{' '}
                        <button
                          type="button"
                          class="button small danger"
                          aria-label={`Delete ${route.name}`}
                          onClick={() => setDeleting(route)}
                        >
                          Delete
                        </button>
                      </>
                    )}
                  </td>
                </tr>
              ))}
            </Table>
          </div>
        </>
      )}
      {editing && (
        <AlertRouteDialog
          {...(editing !== 'new' && { route: editing })}
          onSaved={async () => {
            setEditing(undefined);
            await fresh();
          }}
          onClose={() => setEditing(undefined)}
        />
      )}
      {deleting && (
        <Confirm
          title={`Delete ${deleting.name}`}
          act="Delete 1 route"
          danger
          onAct={async () => {
            await hooktrail.alertRoutes.delete(deleting.id);
            toast.value = { text: `${deleting.name} is deleted.` };
            await fresh();
          }}
          onClose={() => setDeleting(undefined)}
        >
          <p>Notices that wait for it are not sent. Alerts and other routes stay as they are.</p>
        </Confirm>
      )}
    </>
  );
}
