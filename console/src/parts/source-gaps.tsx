import { hooktrail } from '../data/hooktrail.ts';
import { usePages } from '../data/use-pages.ts';
import { formatDuration } from '../model/format-duration.ts';
import { gapAddress } from '../model/gap-address.ts';
import { gapWords } from '../model/gap-words.ts';
import { Badge } from './badge.tsx';
import { Failure } from './failure.tsx';
import { MoreButton } from './more-button.tsx';
import { Table } from './table.tsx';
import { Time } from './time.tsx';

const PAGE = 20;
const LIVE_MS = 30_000;

/** The spans of a source of which nobody knows what finished in them, the one found last first. */
export function SourceGaps({ id }: { id: string }) {
  const list = usePages(
    ['source-gaps', id],
    (pageAfter, options) => hooktrail.sources.gaps(id, { pageSize: PAGE, pageAfter }, options),
    // The source, and its gaps.
    { everyMs: LIVE_MS, statements: 2 },
  );
  return (
    <section class="card" aria-label="Gaps">
      <header>
        <h2>Gaps</h2>
      </header>
      {list.error && (
        <Failure what="The gaps" error={list.error} onRetry={() => void list.refetch()} />
      )}
      {list.isSuccess && list.rows.length === 0 && (
        <p class="body soft">None: everything that the service listed was read in time.</p>
      )}
      {list.rows.length > 0 && (
        <>
          <Table
            heads={[
              'Webhook',
              'From',
              'To',
              ['Span', 'num'],
              'Why nothing is known',
              'Found',
              'List',
            ]}
          >
            {list.rows.map((gap) => (
              <tr key={gap.id}>
                <td class="wrap">{gap.webhook.name}</td>
                <td data-head="From">
                  <Time at={gap.from} />
                </td>
                <td data-head="To">
                  <Time at={gap.to} />
                </td>
                <td class="num nowrap" data-head="Span">
                  {formatDuration(gap.to.getTime() - gap.from.getTime())}
                </td>
                <td class="wrap">
                  <Badge tone="hold">{gap.reason}</Badge> {gapWords(gap.reason)}
                </td>
                <td data-head="Found">
                  <Time at={gap.foundAt} />
                </td>
                <td>
                  <a href={gapAddress(gap)}>
                    See this span<span class="sr"> of {gap.webhook.name}</span>
                  </a>
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
