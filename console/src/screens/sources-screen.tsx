import { useState } from 'preact/hooks';
import { useLocation } from 'preact-iso';
import { cache } from '../data/cache.ts';
import { mayAct } from '../data/may-act.ts';
import { useSources } from '../data/use-sources.ts';
import { formatCount } from '../model/format-count.ts';
import { formatLag } from '../model/format-lag.ts';
import { sourceState } from '../model/source-state.ts';
import { Empty } from '../parts/empty.tsx';
import { Failure } from '../parts/failure.tsx';
import { Loading } from '../parts/loading.tsx';
import { Page } from '../parts/page.tsx';
import { SourceBadge } from '../parts/source-badge.tsx';
import { SourceDialog } from '../parts/source-dialog.tsx';
import { Table } from '../parts/table.tsx';
import { Time } from '../parts/time.tsx';

/** The remote accounts whose trail is archived: how far each is, and what is missing. */
export function SourcesScreen() {
  const { route } = useLocation();
  const list = useSources();
  const [adding, setAdding] = useState(false);
  const add = mayAct.value && (
    <button type="button" class="button primary" onClick={() => setAdding(true)}>
      Add a source
    </button>
  );
  return (
    <Page title="Sources" actions={add}>
      {list.error && (
        <Failure what="The list" error={list.error} onRetry={() => void list.refetch()} />
      )}
      {list.isLoading && <Loading what="sources" />}
      {list.data?.length === 0 && (
        <Empty title="No sources yet">
          <p>
            A source is a Zendesk account whose trail is kept here: Zendesk forgets it after seven
            days.{' '}
            {mayAct.value
              ? 'Add one with the credentials of an administrator, and its rows stand among yours.'
              : 'A token of role admin adds one.'}
          </p>
          {add}
        </Empty>
      )}
      {list.data && list.data.length > 0 && (
        <div class="card">
          <Table
            heads={[
              'Name',
              'State',
              ['Behind', 'num'],
              ['Rows', 'num'],
              ['Bodies', 'num'],
              ['Bodies missing', 'num'],
              ['Requests a minute', 'num'],
            ]}
          >
            {list.data.map((source) => (
              <tr key={source.id}>
                <td class="wrap">
                  <a href={`/console/sources/${source.id}`}>
                    <strong>{source.name}</strong>
                  </a>
                  <div class="soft mono">{source.baseUrl}</div>
                </td>
                <td class="wrap">
                  <SourceBadge source={source} />
                  <div class="soft">{sourceState(source).why}</div>
                </td>
                <td class="num nowrap" data-head="Behind">
                  {source.lagSeconds === undefined ? '–' : formatLag(source.lagSeconds)}
                </td>
                <td class="num" data-head="Rows">
                  {formatCount(source.archived.rows)}
                </td>
                <td class="num" data-head="Bodies">
                  {formatCount(source.archived.bodies)}
                </td>
                <td class="num" data-head="Bodies missing">
                  {formatCount(source.bodiesMissing.count)}
                  {source.bodiesMissing.firstLostAt && (
                    <div class="soft">
                      lost from <Time at={source.bodiesMissing.firstLostAt} />
                    </div>
                  )}
                </td>
                <td class="num" data-head="Requests a minute">
                  {formatCount(source.requestsPerMinute)}
                  {source.rateLimit !== undefined && (
                    <span class="soft">
                      {' '}
                      of {formatCount(Math.floor((source.rateLimit * source.budgetShare) / 100))}
                    </span>
                  )}
                </td>
              </tr>
            ))}
          </Table>
        </div>
      )}
      {adding && (
        <SourceDialog
          onSaved={async ({ id }) => {
            setAdding(false);
            route(`/console/sources/${id}`);
            await cache.invalidateQueries({ queryKey: ['sources'] });
          }}
          onClose={() => setAdding(false)}
        />
      )}
    </Page>
  );
}
