import { printQuery } from '@hooktrail/sdk/query';
import { hooktrail } from '../data/hooktrail.ts';
import { mayAct } from '../data/may-act.ts';
import { mayPublish } from '../data/may-publish.ts';
import { usePages } from '../data/use-pages.ts';
import { useParameters } from '../data/use-parameters.ts';
import { formatBytes } from '../model/format-bytes.ts';
import { formatCount } from '../model/format-count.ts';
import { Badge } from '../parts/badge.tsx';
import { Empty } from '../parts/empty.tsx';
import { ExportRows } from '../parts/export-rows.tsx';
import { LateInput } from '../parts/late-input.tsx';
import { Page } from '../parts/page.tsx';
import { PagedTable } from '../parts/paged-table.tsx';
import { SavedViews } from '../parts/saved-views.tsx';
import { Time } from '../parts/time.tsx';

/** What was published, and how many webhooks got it or were skipped. */
export function EventsScreen() {
  const parameters = useParameters();
  const type = parameters.get('type');
  const list = usePages(['events', type], (pageAfter, options) =>
    hooktrail.events.list({ pageSize: 50, pageAfter, filterType: type || undefined }, options),
  );
  return (
    <Page
      title="Events"
      actions={
        <>
          {mayAct.value && list.rows.length > 0 && (
            <ExportRows
              q={type === '' ? '' : printQuery([{ field: 'type', values: [type] }])}
              kinds={['events']}
            >
              Export all
            </ExportRows>
          )}
          {mayPublish.value && (
            <a class="button" href="/console/publish">
              Publish an event
            </a>
          )}
        </>
      }
    >
      <LateInput
        class="input mono"
        type="search"
        aria-label="Event type, or a family such as ticket.*"
        placeholder="Event type, or a family such as ticket.*"
        value={type}
        onChange={(text) => parameters.set({ type: text.trim() })}
      />
      <SavedViews screen="events" />
      <PagedTable
        list={list}
        what="events"
        heads={['Created', 'Type', 'Id', ['Webhooks', 'num'], 'Skipped', ['Body', 'num']]}
        empty={
          <Empty title={type === '' ? 'No events yet' : 'No event of this type'}>
            <p>
              {type !== '' ? (
                <a href="/console/events">Show all events</a>
              ) : mayPublish.value ? (
                <a href="/console/publish">Publish a test event</a>
              ) : (
                'Publishers post events to /v1/events.'
              )}
            </p>
          </Empty>
        }
      >
        {(event) => (
          <tr key={event.storedId ?? event.id}>
            <td>
              <Time at={event.createdAt} />
            </td>
            <td class="wrap">
              <span class="mono">{event.type ?? 'unknown'}</span>
              {event.origin !== undefined && <div class="soft">archived from {event.origin}</div>}
            </td>
            <td class="mono wrap">
              <a href={`/console/events/${encodeURIComponent(event.storedId ?? event.id)}`}>
                {event.id}
              </a>
            </td>
            <td class="num" data-head="Webhooks">
              {event.invocationsCount === undefined ? '–' : formatCount(event.invocationsCount)}
            </td>
            <td>
              {event.skippedCount > 0 && (
                <Badge tone="hold">{formatCount(event.skippedCount)} skipped</Badge>
              )}
            </td>
            <td class="num nowrap" data-head="Body">
              {event.bodyLength === undefined ? '–' : formatBytes(event.bodyLength)}
            </td>
          </tr>
        )}
      </PagedTable>
    </Page>
  );
}
