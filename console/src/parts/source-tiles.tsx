import type { Source } from '@hooktrail/sdk/hooktrail';
import { formatCount } from '../model/format-count.ts';
import { formatLag } from '../model/format-lag.ts';
import { Time } from './time.tsx';

/** How far a source is read, what is archived, what is missing, and what it costs, in numbers. */
export function SourceTiles({ source }: { source: Source }) {
  const { archived, bodiesMissing, budgetShare, completeUntil, lagSeconds, rateLimit } = source;
  return (
    <div class="tiles">
      <div class="tile">
        <span class="soft">Behind</span>
        <span class="value">{lagSeconds === undefined ? '–' : formatLag(lagSeconds)}</span>
        <span class="soft">
          {completeUntil === undefined ? (
            'no log is read to its end yet'
          ) : (
            <>
              complete until <Time at={completeUntil} />
            </>
          )}
        </span>
      </div>
      <div class="tile">
        <span class="soft">Rows</span>
        <span class="value">{formatCount(archived.rows)}</span>
        <span class="soft">
          of {formatCount(archived.invocations)} invocations; {formatCount(archived.lateRows)} came
          late
        </span>
      </div>
      <div class="tile">
        <span class="soft">Bodies</span>
        <span class="value">{formatCount(archived.bodies)}</span>
        <span class="soft">invocations with requests and answers</span>
      </div>
      <div class="tile">
        <span class="soft">Bodies missing</span>
        <span class="value">{formatCount(bodiesMissing.count)}</span>
        <span class="soft">
          {formatCount(bodiesMissing.failures)} of failures; {formatCount(bodiesMissing.lost)} lost
          {bodiesMissing.firstLostAt && (
            <>
              ; the next is lost at <Time at={bodiesMissing.firstLostAt} />
            </>
          )}
        </span>
      </div>
      <div class="tile">
        <span class="soft">Requests a minute</span>
        <span class="value">{formatCount(source.requestsPerMinute)}</span>
        <span class="soft">
          {rateLimit === undefined
            ? `at most ${budgetShare} % of what the service allows`
            : `of ${formatCount(Math.floor((rateLimit * budgetShare) / 100))}: ${budgetShare} % of ${formatCount(rateLimit)}`}
        </span>
      </div>
    </div>
  );
}
