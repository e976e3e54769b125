import type { Storage } from '@hooktrail/sdk/hooktrail';
import { useQuery } from '@tanstack/preact-query';
import { callOptions } from '../data/call-options.ts';
import { hooktrail } from '../data/hooktrail.ts';
import { live } from '../data/live.ts';
import { session } from '../data/session.ts';
import { formatBytes } from '../model/format-bytes.ts';
import { storedDays } from '../model/stored-days.ts';
import { Empty } from '../parts/empty.tsx';
import { Failure } from '../parts/failure.tsx';
import { Loading } from '../parts/loading.tsx';
import { NodeTable } from '../parts/node-table.tsx';
import { Page } from '../parts/page.tsx';
import { Time } from '../parts/time.tsx';

/** The node reads sizes once a minute. */
const LIVE_MS = 60_000;

const day = (at: Date) => at.toISOString().slice(0, 10);

function Stored({ storage }: { storage: Storage }) {
  const days = storedDays(storage);
  const largest = Math.max(1, ...days.map(({ bytes }) => bytes));
  const [first] = storage.next;
  // Where they scroll, the keyboard must reach them: they have no link that Tab leads to.
  return (
    <>
      <div class="tiles">
        <div class="tile">
          <span class="soft">All tables</span>
          <span class="value">{formatBytes(storage.bytes)}</span>
          <span class="soft">
            read <Time at={storage.readAt} />
          </span>
        </div>
        <div class="tile">
          <span class="soft">Goes next</span>
          <span class="value">{first === undefined ? 'nothing' : formatBytes(first.bytes)}</span>
          {first?.droppedAfter && (
            <span class="soft">
              {first.table} of {day(first.from)}, after <Time at={first.droppedAfter} />
            </span>
          )}
        </div>
      </div>
      <section class="card scroll-x" tabIndex={0} aria-label="By day">
        <header>
          <h2>By day</h2>
        </header>
        <table class="table">
          <thead>
            <tr>
              <th>Day, UTC</th>
              <th class="num">Bytes</th>
              <th>
                <span class="sr">Share of the largest day</span>
              </th>
              <th>Largest tables</th>
              <th>The first of it goes after</th>
            </tr>
          </thead>
          <tbody>
            {days.map((one) => (
              <tr key={one.name}>
                <td class="nowrap">
                  <strong>{one.name}</strong>
                </td>
                <td class="num nowrap" data-head="Bytes">
                  {formatBytes(one.bytes)}
                </td>
                <td>
                  <meter
                    min={0}
                    max={largest}
                    value={one.bytes}
                    aria-label={`${one.name}: ${formatBytes(one.bytes)}`}
                  />
                </td>
                <td class="soft wrap" data-head="Largest tables">
                  {one.tables
                    .slice(0, 3)
                    .map(({ bytes, table }) => `${table} ${formatBytes(bytes)}`)
                    .join(', ')}
                </td>
                <td data-head="The first of it goes after">
                  {one.droppedAfter ? <Time at={one.droppedAfter} /> : 'never'}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </section>
      <section class="card scroll-x" tabIndex={0} aria-label="What goes next">
        <header>
          <h2>What goes next</h2>
        </header>
        {storage.next.length === 0 ? (
          <div class="body soft">Nothing is dropped: everything is kept for ever.</div>
        ) : (
          <table class="table">
            <thead>
              <tr>
                <th>Table</th>
                <th>Rows of, UTC</th>
                <th class="num">Bytes</th>
                <th>Dropped after</th>
              </tr>
            </thead>
            <tbody>
              {storage.next.map(({ bytes, droppedAfter, from, table }) => (
                <tr key={`${table} ${day(from)}`}>
                  <td class="mono">{table}</td>
                  <td data-head="Rows of, UTC">{day(from)}</td>
                  <td class="num nowrap" data-head="Bytes">
                    {formatBytes(bytes)}
                  </td>
                  <td data-head="Dropped after">{droppedAfter && <Time at={droppedAfter} />}</td>
                </tr>
              ))}
            </tbody>
          </table>
        )}
      </section>
      <section class="card scroll-x" tabIndex={0} aria-label="By table">
        <header>
          <h2>By table</h2>
        </header>
        <table class="table">
          <thead>
            <tr>
              <th>Table</th>
              <th class="num">Bytes, with indexes</th>
              <th class="num">Partitions</th>
            </tr>
          </thead>
          <tbody>
            {storage.tables.map(({ bytes, name, partitions }) => (
              <tr key={name}>
                <td class="mono">{name}</td>
                <td class="num nowrap" data-head="Bytes">
                  {formatBytes(bytes)}
                </td>
                <td class="num" data-head="Partitions">
                  {partitions.length || ''}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </section>
    </>
  );
}

/** What the database takes, by day and table, and what goes next. */
export function StorageScreen() {
  const who = session.value;
  const isOperator = typeof who === 'object' && who?.role === 'operator';
  const found = useQuery({
    queryKey: ['storage'],
    queryFn: (context) => hooktrail.storage(callOptions(context)),
    enabled: isOperator,
    meta: live({ everyMs: LIVE_MS, statements: 1 }),
  });
  return (
    <Page title="Storage">
      {!isOperator && (
        <Empty title="Only operators see the storage">
          <p>Its numbers are of the whole database, with all accounts. Ask who runs Hooktrail.</p>
        </Empty>
      )}
      {found.error && (
        <Failure what="The storage" error={found.error} onRetry={() => void found.refetch()} />
      )}
      {found.isLoading && isOperator && <Loading what="the storage" />}
      {found.data && <Stored storage={found.data} />}
      {isOperator && <NodeTable />}
    </Page>
  );
}
