import { useState } from 'preact/hooks';
import { mayAct } from '../data/may-act.ts';
import { useFoundWebhooks } from '../data/use-found-webhooks.ts';
import { MOST_BY_HOUR, useWebhookCounts } from '../data/use-webhook-counts.ts';
import { MOST_WEBHOOKS } from '../data/use-webhooks.ts';
import { formatCount } from '../model/format-count.ts';
import { formatDuration } from '../model/format-duration.ts';
import { formatShare } from '../model/format-share.ts';
import { sparkBins } from '../model/spark-bins.ts';
import { Badge } from '../parts/badge.tsx';
import { Empty } from '../parts/empty.tsx';
import { Failure } from '../parts/failure.tsx';
import { Loading } from '../parts/loading.tsx';
import { Page } from '../parts/page.tsx';
import { Spark } from '../parts/spark.tsx';
import { Table } from '../parts/table.tsx';

/** All webhooks, each with its last 24 hours. */
export function WebhooksScreen() {
  const [text, setText] = useState('');
  const wanted = text.toLowerCase();
  const { isCut, loaded, named, newest: webhooks } = useFoundWebhooks(text);
  const rows = loaded.filter(({ name, endpoint }) =>
    `${name} ${endpoint}`.toLowerCase().includes(wanted),
  );
  const { hours, totals } = useWebhookCounts(
    (webhooks.data ?? []).map(({ id }) => id),
    rows.map(({ id }) => id),
  );
  const countsError = totals.error ?? hours.error;
  return (
    <Page
      title="Webhooks"
      actions={
        mayAct.value && (
          <a class="button primary" href="/console/webhooks/new">
            Create a webhook
          </a>
        )
      }
    >
      {webhooks.error && (
        <Failure what="The list" error={webhooks.error} onRetry={() => void webhooks.refetch()} />
      )}
      {webhooks.isLoading && <Loading what="webhooks" />}
      {webhooks.data?.length === 0 && (
        <Empty title="No webhooks yet">
          <p>
            A webhook says which events go to which endpoint. Create one, and try it before you save
            it.
          </p>
          {mayAct.value && (
            <a class="button primary" href="/console/webhooks/new">
              Create a webhook
            </a>
          )}
        </Empty>
      )}
      {webhooks.data && webhooks.data.length > 0 && (
        <>
          <input
            class="input"
            type="search"
            aria-label="Name or endpoint contains"
            placeholder="Name or endpoint contains"
            value={text}
            onInput={(event) => setText(event.currentTarget.value)}
          />
          {isCut && (
            <p class="soft">
              The newest {formatCount(MOST_WEBHOOKS)} are listed. A part of its name finds any
              other.
            </p>
          )}
          {named.error && (
            <Failure
              what="The other webhooks"
              error={named.error}
              onRetry={() => void named.refetch()}
            />
          )}
          {countsError && (
            <Failure
              what="The attempts of 24 hours"
              error={countsError}
              onRetry={() => void Promise.all([totals.refetch(), hours.refetch()])}
            />
          )}
          <div class="card">
            <Table
              heads={[
                'Name',
                'Status',
                ['Attempts, 24 h', 'num'],
                ['Success', 'num'],
                ['p95', 'num'],
                'By hour',
                'Subscribes to',
              ]}
            >
              {rows.map((webhook) => {
                const counted = totals.data?.get(webhook.id);
                return (
                  <tr key={webhook.id}>
                    <td>
                      <a href={`/console/webhooks/${webhook.id}`}>
                        <strong>{webhook.name}</strong>
                      </a>
                      <div class="soft mono wrap">{webhook.endpoint}</div>
                    </td>
                    <td>
                      <Badge tone={webhook.status === 'active' ? 'ok' : 'wait'}>
                        {webhook.status}
                      </Badge>
                    </td>
                    <td class="num" data-head="Attempts, 24 h">
                      {totals.data ? formatCount(counted?.attempts ?? 0) : '–'}
                    </td>
                    <td class="num" data-head="Success">
                      {formatShare(counted?.successShare)}
                    </td>
                    <td class="num nowrap" data-head="p95">
                      {counted?.durationMs ? formatDuration(counted.durationMs.p95) : '–'}
                    </td>
                    <td>
                      {hours.data?.ids.has(webhook.id) && (
                        <Spark
                          label={`${webhook.name}: attempts by hour, last 24 hours`}
                          bins={sparkBins(hours.data.counts, hours.data.meta, webhook.id)}
                        />
                      )}
                    </td>
                    <td class="mono wrap" data-head="Subscribes to">
                      {webhook.subscriptions.join(', ')}
                    </td>
                  </tr>
                );
              })}
            </Table>
          </div>
          {rows.length > MOST_BY_HOUR && (
            <p class="soft">
              The first {MOST_BY_HOUR} are shown by hour: narrow the list for others.
            </p>
          )}
          {rows.length === 0 && !named.isFetching && (
            <Empty title="No webhook has that in its name or endpoint">
              <button type="button" class="button" onClick={() => setText('')}>
                Show all
              </button>
            </Empty>
          )}
        </>
      )}
    </Page>
  );
}
