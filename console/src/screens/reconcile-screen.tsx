import { useMemo } from 'preact/hooks';
import { useRoute } from 'preact-iso';
import { useParameters } from '../data/use-parameters.ts';
import { useReconciliation } from '../data/use-reconciliation.ts';
import { useSource } from '../data/use-source.ts';
import { formatCount } from '../model/format-count.ts';
import { RECONCILE_KINDS } from '../model/reconcile-kinds.ts';
import { Badge } from '../parts/badge.tsx';
import { Empty } from '../parts/empty.tsx';
import { Failure } from '../parts/failure.tsx';
import { Loading } from '../parts/loading.tsx';
import { MissingLine } from '../parts/missing-line.tsx';
import { MoreButton } from '../parts/more-button.tsx';
import { Page } from '../parts/page.tsx';
import { ReconcileHours } from '../parts/reconcile-hours.tsx';
import { ReconciledList } from '../parts/reconciled-list.tsx';

const HOUR_MS = 3_600_000;

const SPANS = [
  ['24', 'last 24 hours'],
  ['72', 'last 3 days'],
  ['168', 'last 7 days'],
  ['720', 'last 30 days'],
] as const;

/** What a source lists against what arrived at an inbox. The URL is the view. */
export function ReconcileScreen() {
  const { id = '' } = useRoute().params;
  return <OneReconciliation key={id} named={id} />;
}

function OneReconciliation({ named }: { readonly named: string }) {
  const parameters = useParameters();
  const kind = parameters.get('kind');
  const webhook = parameters.get('webhook');
  const span = parameters.get('span') || '24';
  const source = useSource(named);
  // Whole hours, those of now as well; the same while the screen is open.
  const since = useMemo(() => {
    const hours = /^\d{1,3}$/.test(span) ? Number(span) : 24;
    return new Date(
      Math.floor(Date.now() / HOUR_MS) * HOUR_MS - (hours - 1) * HOUR_MS,
    ).toISOString();
  }, [span]);
  const compared = useReconciliation(kind === '' ? source.data?.id : undefined, since, webhook);
  const name = source.data?.name ?? named;
  const path = `/console/sources/${encodeURIComponent(named)}/reconcile`;
  const addressOf = (of: string, from = '', to = '', webhookId = webhook) =>
    `${path}?${new URLSearchParams({ span, kind: of, ...(from && { from }), ...(to && { to }), ...(webhookId && { webhook: webhookId }) })}`;
  const [first] = compared.data?.pages ?? [];
  const hours = compared.data?.pages.flatMap((page) => page.hours) ?? [];
  const error = source.error ?? compared.error;
  return (
    <Page
      title={`Reconcile ${name}`}
      actions={
        <a
          class="button"
          href={
            kind === ''
              ? `/console/sources/${encodeURIComponent(named)}`
              : `${path}?span=${encodeURIComponent(span)}`
          }
        >
          {kind === '' ? 'The source' : 'All numbers'}
        </a>
      }
    >
      {error && (
        <Failure
          what={source.error ? `Source ${named}` : 'The comparison'}
          error={error}
          onRetry={() => void (source.error ? source.refetch() : compared.refetch())}
        />
      )}
      {kind !== '' && source.data && (
        <ReconciledList
          id={source.data.id}
          kind={kind}
          from={parameters.get('from') || since}
          to={parameters.get('to')}
          webhook={webhook}
        />
      )}
      {kind === '' && !error && first === undefined && <Loading what="the comparison" />}
      {first && <MissingLine name={name} of={first} />}
      {kind === '' && source.data && (
        // Also where the span has too many hours: another one is the way out.
        <div class="row">
          <label>
            <span class="sr">Span</span>
            <select
              class="input"
              value={span}
              onChange={(event) => parameters.set({ span: event.currentTarget.value })}
            >
              {SPANS.map(([value, words]) => (
                <option key={value} value={value}>
                  {words}
                </option>
              ))}
            </select>
          </label>
        </div>
      )}
      {first && (
        <>
          <div class="tiles">
            {RECONCILE_KINDS.map(({ field, kind: of, label, meaning, tone }) => (
              <div key={of} class="tile">
                <Badge tone={tone}>{label}</Badge>
                <span class="value">
                  {first.total[field] === 0 ? (
                    0
                  ) : (
                    <a
                      href={addressOf(of)}
                      aria-label={`${label}: ${formatCount(first.total[field])}`}
                    >
                      {formatCount(first.total[field])}
                    </a>
                  )}
                </span>
                <span class="soft">{meaning}</span>
              </div>
            ))}
          </div>
          {hours.length === 0 ? (
            <Empty
              title={
                first.meta.webhooks === 0
                  ? 'No webhook sends to an inbox'
                  : 'Nothing to compare yet'
              }
            >
              <p>
                {first.meta.webhooks === 0 ? (
                  <>
                    Make the address of an <a href="/console/inboxes">inbox</a> the endpoint of a
                    webhook of {name}: what it lists is then compared with what arrives.
                  </>
                ) : (
                  'What is younger than ten minutes is compared later.'
                )}
              </p>
            </Empty>
          ) : (
            <section class="card" aria-label="By webhook and hour">
              <header>
                <h2>By webhook and hour</h2>
              </header>
              <ReconcileHours
                hours={hours}
                addressOf={(of, from, to, id) =>
                  addressOf(of, from.toISOString(), to.toISOString(), id)
                }
              />
              <MoreButton list={compared} />
            </section>
          )}
        </>
      )}
    </Page>
  );
}
