import { hooktrail } from '../data/hooktrail.ts';
import { usePages } from '../data/use-pages.ts';
import { useParameters } from '../data/use-parameters.ts';
import { formatBytes } from '../model/format-bytes.ts';
import { formatCount } from '../model/format-count.ts';
import { Badge } from '../parts/badge.tsx';
import { Empty } from '../parts/empty.tsx';
import { Failure } from '../parts/failure.tsx';
import { Loading } from '../parts/loading.tsx';
import { MoreButton } from '../parts/more-button.tsx';
import { Page } from '../parts/page.tsx';
import { Time } from '../parts/time.tsx';

/** What was published, and how many webhooks got it or were skipped. */
export function EventsScreen() {
  const parameters = useParameters();
  const type = parameters.get('type');
  const list = usePages(['events', type], (pageAfter, signal) =>
    hooktrail.events.list({ pageSize: 50, pageAfter, filterType: type || undefined }, { signal }),
  );
  return (
    <Page
      title="Events"
      actions={
        <a class="button" href="/console/publish">
          Publish an event
        </a>
      }
    >
      <input
        class="input mono"
        type="search"
        aria-label="Event type, or a family such as ticket.*"
        placeholder="Event type, or a family such as ticket.*"
        value={type}
        onChange={(event) => parameters.set({ type: event.currentTarget.value.trim() })}
      />
      {list.error && (
        <Failure what="The list" error={list.error} onRetry={() => void list.refetch()} />
      )}
      {list.isLoading && <Loading what="events" />}
      {list.isSuccess && list.rows.length === 0 && (
        <Empty title={type === '' ? 'No events yet' : 'No event of this type'}>
          <p>
            <a href="/console/publish">Publish a test event</a>
          </p>
        </Empty>
      )}
      {list.rows.length > 0 && (
        <div class="card scroll-x">
          <table class="table">
            <thead>
              <tr>
                <th>Created</th>
                <th>Type</th>
                <th>Id</th>
                <th class="num">Webhooks</th>
                <th>Skipped</th>
                <th class="num">Body</th>
              </tr>
            </thead>
            <tbody>
              {list.rows.map((event) => (
                <tr key={event.storedId ?? event.id}>
                  <td>
                    <Time at={event.createdAt} />
                  </td>
                  <td class="mono wrap">{event.type ?? 'unknown'}</td>
                  <td class="mono wrap">
                    <a href={`/console/events/${encodeURIComponent(event.storedId ?? event.id)}`}>
                      {event.id}
                    </a>
                  </td>
                  <td class="num">
                    {event.invocationsCount === undefined
                      ? '–'
                      : formatCount(event.invocationsCount)}
                  </td>
                  <td>
                    {event.skippedCount > 0 && (
                      <Badge tone="hold">{formatCount(event.skippedCount)} skipped</Badge>
                    )}
                  </td>
                  <td class="num nowrap">
                    {event.bodyLength === undefined ? '–' : formatBytes(event.bodyLength)}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
          <MoreButton list={list} />
        </div>
      )}
    </Page>
  );
}
