import { printQuery } from '@hooktrail/sdk/query';
import { hooktrail } from '../data/hooktrail.ts';
import { usePages } from '../data/use-pages.ts';
import { formatCount } from '../model/format-count.ts';
import { formatLag } from '../model/format-lag.ts';
import { Badge } from './badge.tsx';
import { Failure } from './failure.tsx';
import { Loading } from './loading.tsx';
import { MoreButton } from './more-button.tsx';
import { Table } from './table.tsx';
import { Time } from './time.tsx';

const PAGE = 50;
const LIVE_MS = 15_000;

const listOf = (id: string) =>
  `/console/invocations?q=${encodeURIComponent(printQuery([{ field: 'webhook', values: [id] }]))}`;

/** The webhooks of a source that exist there, or those that are gone: what of each is archived. */
export function SourceWebhooks({ id, state }: { id: string; state: 'existing' | 'gone' }) {
  const list = usePages(
    ['source-webhooks', id, state],
    (pageAfter, options) =>
      hooktrail.sources.webhooks(id, { pageSize: PAGE, pageAfter, state }, options),
    // The source, and its webhooks.
    { everyMs: LIVE_MS, statements: 2 },
  );
  const isGone = state === 'gone';
  const title = isGone ? 'Webhooks that are gone' : 'Webhooks';
  return (
    <section class="card" aria-label={title}>
      <header>
        <h2>{title}</h2>
        {isGone && <span class="soft">The service has them no longer; their trail is kept.</span>}
      </header>
      {list.error && (
        <Failure what="The webhooks" error={list.error} onRetry={() => void list.refetch()} />
      )}
      {list.isLoading && <Loading what="the webhooks" />}
      {list.isSuccess && list.rows.length === 0 && (
        <p class="body soft">None is known yet: they are read first.</p>
      )}
      {list.rows.length > 0 && (
        <>
          <Table
            heads={[
              'Name',
              'Status',
              isGone ? 'Gone since' : 'Last poll',
              'Complete until',
              ['Rows', 'num'],
              ['Bodies', 'num'],
              ['Bodies missing', 'num'],
            ]}
          >
            {list.rows.map((webhook) => (
              <tr key={webhook.id}>
                <td class="wrap">
                  <a href={listOf(webhook.id)}>
                    <strong>{webhook.name || webhook.remoteId}</strong>
                  </a>
                  <div class="soft mono">{webhook.endpoint}</div>
                </td>
                <td>
                  {isGone ? (
                    <Badge tone="hold">gone</Badge>
                  ) : (
                    <Badge tone={webhook.status === 'active' ? 'ok' : 'wait'}>
                      {webhook.status ?? 'unknown'}
                    </Badge>
                  )}
                </td>
                <td data-head={isGone ? 'Gone since' : 'Last poll'}>
                  {isGone
                    ? webhook.goneAt && <Time at={webhook.goneAt} />
                    : webhook.lastPollAt && (
                        <>
                          <Time at={webhook.lastPollAt} />
                          <div class="soft">every {formatLag(webhook.pollSeconds)}</div>
                        </>
                      )}
                </td>
                <td data-head="Complete until">
                  {webhook.completeUntil ? (
                    <Time at={webhook.completeUntil} />
                  ) : (
                    <span class="soft">not read to the end</span>
                  )}
                </td>
                <td class="num" data-head="Rows">
                  {formatCount(webhook.archived.rows)}
                </td>
                <td class="num" data-head="Bodies">
                  {formatCount(webhook.archived.bodies)}
                </td>
                <td class="num" data-head="Bodies missing">
                  {formatCount(webhook.bodiesMissing.count)}
                  {webhook.bodiesMissing.lost > 0 && (
                    <div class="soft">{formatCount(webhook.bodiesMissing.lost)} lost</div>
                  )}
                </td>
              </tr>
            ))}
          </Table>
          <MoreButton list={list} />
        </>
      )}
    </section>
  );
}
