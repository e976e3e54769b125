import { printQuery } from '@hooktrail/sdk/query';
import { useState } from 'preact/hooks';
import { useLocation, useRoute } from 'preact-iso';
import { cache } from '../data/cache.ts';
import { explainError } from '../data/explain-error.ts';
import { hooktrail } from '../data/hooktrail.ts';
import { mayAct } from '../data/may-act.ts';
import { toast } from '../data/toast.ts';
import { useSource } from '../data/use-source.ts';
import { formatCount } from '../model/format-count.ts';
import { sourceState } from '../model/source-state.ts';
import { Badge } from '../parts/badge.tsx';
import { Failure } from '../parts/failure.tsx';
import { Loading } from '../parts/loading.tsx';
import { Page } from '../parts/page.tsx';
import { SmallList } from '../parts/small-list.tsx';
import { SourceActs } from '../parts/source-acts.tsx';
import { SourceDialog } from '../parts/source-dialog.tsx';
import { SourceFacts } from '../parts/source-facts.tsx';
import { SourceGaps } from '../parts/source-gaps.tsx';
import { SourceTiles } from '../parts/source-tiles.tsx';
import { SourceWebhooks } from '../parts/source-webhooks.tsx';
import { Time } from '../parts/time.tsx';

/** One source: whether it is read, how far, what is missing, and what may be done. */
export function SourceScreen() {
  const { id = '' } = useRoute().params;
  // What was opened or typed belongs to this one: nothing of it stays for the next.
  return <OneSource key={id} named={id} />;
}

function OneSource({ named }: { readonly named: string }) {
  const { route } = useLocation();
  const source = useSource(named);
  const [editing, setEditing] = useState(false);
  const again = () => void source.refetch();
  if (source.data === undefined) {
    return (
      <Page title="Source">
        {source.error ? (
          <>
            <Failure what={`Source ${named}`} error={source.error} onRetry={again} />
            <p>
              <a href="/console/sources">All sources</a>
            </p>
          </>
        ) : (
          <Loading what="the source" />
        )}
      </Page>
    );
  }
  const found = source.data;
  const { lostFrom, tone, why, word } = sourceState(found);
  const q = printQuery([{ field: 'origin', values: [found.name] }]);
  const poll = async () => {
    try {
      await hooktrail.sources.poll(found.id);
      toast.value = {
        text: `The logs of ${formatCount(found.webhooksCount)} webhooks are read now, within the share of the requests.`,
      };
    } catch (error) {
      toast.value = { text: explainError(error), bad: true };
    }
    await cache.invalidateQueries();
  };
  return (
    <Page
      title={found.name}
      actions={
        <>
          <a class="button" href={`/console/sources/${found.id}/reconcile`}>
            Reconcile
          </a>
          {mayAct.value && (
            <>
              {found.state !== 'paused' && (
                <button type="button" class="button" onClick={() => void poll()}>
                  Poll now
                </button>
              )}
              <button type="button" class="button" onClick={() => setEditing(true)}>
                Edit
              </button>
              <SourceActs source={found} onDeleted={() => route('/console/sources')} />
            </>
          )}
        </>
      }
    >
      {source.error && <Failure what="The source" error={source.error} onRetry={again} />}
      <p class={`why ${tone}`}>
        <Badge tone={tone}>{word}</Badge>{' '}
        <span class="wrap">
          {why || 'Its logs are read as they grow.'}
          {lostFrom && (
            <>
              {' '}
              The service forgets after seven days: from <Time at={lostFrom} /> on a gap begins
              unless its logs are read before.
            </>
          )}
        </span>
        {found.error && (
          <span class="soft">
            {' '}
            Last tried <Time at={found.error.at} />.
          </span>
        )}
      </p>
      <SourceTiles source={found} />
      <SourceGaps id={found.id} />
      <SourceWebhooks id={found.id} state="existing" />
      {found.webhooksGone > 0 && <SourceWebhooks id={found.id} state="gone" />}
      <section class="card" aria-label="Recent invocations">
        <header>
          <h2 class="grow">Recent</h2>
          <a href={`/console/invocations?q=${encodeURIComponent(q)}`}>
            All that is archived from {found.name}
          </a>
        </header>
        <SmallList q={q} empty="Nothing is archived of it yet" />
      </section>
      <SourceFacts source={found} />
      {editing && (
        <SourceDialog
          source={found}
          onSaved={async ({ name }) => {
            setEditing(false);
            // Of a link by the name that it had until now.
            if (named === found.name && name !== named) route(`/console/sources/${found.id}`, true);
            await cache.invalidateQueries();
          }}
          onClose={() => setEditing(false)}
        />
      )}
    </Page>
  );
}
