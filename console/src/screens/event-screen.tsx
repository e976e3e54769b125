import { useQuery } from '@tanstack/preact-query';
import { useRoute } from 'preact-iso';
import { callOptions } from '../data/call-options.ts';
import { hooktrail } from '../data/hooktrail.ts';
import { live } from '../data/live.ts';
import { statusTone } from '../model/status-tone.ts';
import { Badge } from '../parts/badge.tsx';
import { BodyView } from '../parts/body-view.tsx';
import { Empty } from '../parts/empty.tsx';
import { ErasedLine } from '../parts/erased-line.tsx';
import { Failure } from '../parts/failure.tsx';
import { Loading } from '../parts/loading.tsx';
import { Page } from '../parts/page.tsx';
import { Table } from '../parts/table.tsx';
import { Time } from '../parts/time.tsx';

const LIVE_MS = 10_000;
/** The event, its invocations, and the names of webhooks. */
const STATEMENTS = 4;

/** One event: its body as published, which webhooks got it, and which were skipped. */
export function EventScreen() {
  const { id = '' } = useRoute().params;
  // What was opened, typed or revealed belongs to this one: nothing of it stays for the next.
  return <OneEvent key={id} id={id} />;
}

function OneEvent({ id }: { readonly id: string }) {
  const event = useQuery({
    queryKey: ['event', id],
    queryFn: (context) => hooktrail.events.get(id, callOptions(context)),
    meta: live({ everyMs: LIVE_MS, statements: STATEMENTS }),
  });
  const again = () => void event.refetch();
  if (event.data === undefined) {
    return (
      <Page title="Event">
        {event.error ? (
          <Failure what={`Event ${id}`} error={event.error} onRetry={again} />
        ) : (
          <Loading what="the event" />
        )}
      </Page>
    );
  }
  const found = event.data;
  return (
    <Page title={`Event ${found.id}`} heading={<span class="mono">{found.id}</span>}>
      {event.error && <Failure what="The event" error={event.error} onRetry={again} />}
      <dl class="facts">
        <dt>Type</dt>
        <dd class="mono">{found.type ?? 'unknown'}</dd>
        <dt>Created</dt>
        <dd>
          <Time at={found.createdAt} form="long" />
        </dd>
        {found.origin !== undefined && (
          <>
            <dt>Origin</dt>
            <dd>
              <p>
                archived from{' '}
                <a href={`/console/sources/${encodeURIComponent(found.origin)}`}>{found.origin}</a>
              </p>
            </dd>
          </>
        )}
      </dl>
      <section class="card" aria-label="Invocations">
        <header>
          <h2>Invocations</h2>
        </header>
        {found.invocations.length === 0 ? (
          <Empty title="No webhook got this event">
            <p>None subscribed to its type when it was published.</p>
          </Empty>
        ) : (
          <Table heads={['Webhook', 'Status', ['Attempts', 'num'], 'Invocation']}>
            {found.invocations.map((row) => (
              <tr key={row.id}>
                <td class="wrap">
                  {found.origin === undefined ? (
                    <a href={`/console/webhooks/${row.webhookId}`}>{row.webhookName}</a>
                  ) : (
                    row.webhookName
                  )}
                  {row.webhookDeletedAt && <span class="soft"> (deleted)</span>}
                </td>
                <td class="nowrap">
                  <Badge tone={statusTone(row.status)}>{row.status}</Badge> {row.statusCode}
                </td>
                <td class="num" data-head="Attempts">
                  {row.attemptsCount}
                </td>
                <td class="mono wrap">
                  <a href={`/console/invocations/${row.id}`}>{row.id}</a>
                </td>
              </tr>
            ))}
          </Table>
        )}
      </section>
      {found.skipped.length > 0 && (
        <section class="card" aria-label="Skipped webhooks">
          <header>
            <h2>Skipped</h2>
          </header>
          <table class="table">
            <tbody>
              {found.skipped.map(({ reason, webhookId, webhookName }) => (
                <tr key={webhookId}>
                  <td class="wrap">
                    <a href={`/console/webhooks/${webhookId}`}>{webhookName ?? webhookId}</a>
                  </td>
                  <td>
                    <Badge tone="hold">{reason}</Badge>
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </section>
      )}
      <section class="card" aria-label="Body">
        <header>
          <h2>Body</h2>
        </header>
        <div class="body">
          {found.erasedAt === undefined ? (
            <BodyView label="Event" text={found.body} length={found.bodyLength} />
          ) : (
            <ErasedLine what="The body was" at={found.erasedAt} />
          )}
        </div>
      </section>
    </Page>
  );
}
