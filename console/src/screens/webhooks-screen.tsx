import { useState } from 'preact/hooks';
import { mayAct } from '../data/may-act.ts';
import { useWebhookCounts } from '../data/use-webhook-counts.ts';
import { useWebhooks } from '../data/use-webhooks.ts';
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

/** All webhooks, each with its last 24 hours. */
export function WebhooksScreen() {
  const webhooks = useWebhooks();
  const counts = useWebhookCounts();
  const [text, setText] = useState('');
  const wanted = text.toLowerCase();
  const rows = (webhooks.data ?? []).filter(({ name, endpoint }) =>
    `${name} ${endpoint}`.toLowerCase().includes(wanted),
  );
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
          <div class="card scroll-x">
            <table class="table">
              <thead>
                <tr>
                  <th>Name</th>
                  <th>Status</th>
                  <th class="num">Attempts, 24 h</th>
                  <th class="num">Success</th>
                  <th class="num">p95</th>
                  <th>By hour</th>
                  <th>Subscribes to</th>
                </tr>
              </thead>
              <tbody>
                {rows.map((webhook) => {
                  const counted = counts.data?.byWebhook.get(webhook.id);
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
                      <td class="num">{counted ? formatCount(counted.attempts) : '0'}</td>
                      <td class="num">{formatShare(counted?.successShare)}</td>
                      <td class="num nowrap">
                        {counted?.durationMs ? formatDuration(counted.durationMs.p95) : '–'}
                      </td>
                      <td>
                        {counts.data && (
                          <Spark
                            label={`${webhook.name}: attempts by hour, last 24 hours`}
                            bins={sparkBins(counts.data.hours, counts.data.meta, webhook.id)}
                          />
                        )}
                      </td>
                      <td class="mono wrap">{webhook.subscriptions.join(', ')}</td>
                    </tr>
                  );
                })}
              </tbody>
            </table>
          </div>
          {rows.length === 0 && (
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
