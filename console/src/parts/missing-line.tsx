import type { Reconciliation } from '@hooktrail/sdk/hooktrail';
import { formatCount } from '../model/format-count.ts';
import { Badge } from './badge.tsx';
import { Time } from './time.tsx';

/** A comparison follows within 20 minutes, where the source is read and a node compares. */
const LATE_MS = 3_600_000;

/** A page of a comparison names as many gaps. */
const MOST_GAPS = 50;

/** The number to act on, and how far it can be trusted: 0 of nothing that was compared is no good news. */
export function MissingLine({
  name,
  of: { hours, meta, missing },
}: {
  /** Of the source. */
  name: string;
  of: Reconciliation;
}) {
  const { comparedUntil, from, gaps = [], to } = meta;
  const isNothing = hours.length === 0 && (comparedUntil === undefined || comparedUntil <= from);
  const isLate =
    comparedUntil !== undefined &&
    Math.min(to.getTime(), Date.now()) - comparedUntil.getTime() > LATE_MS;
  const isUnsure = isNothing || isLate || gaps.length > 0;
  const tone = missing > 0 ? 'bad' : isUnsure ? 'hold' : 'ok';
  const them = missing === 1 ? 'it' : 'them';
  return (
    <p class={`why ${tone}`}>
      <Badge tone={tone}>
        {isNothing ? 'nothing is compared' : `${formatCount(missing)} missing`}
      </Badge>{' '}
      <span class="wrap">
        {!isNothing &&
          (missing === 0
            ? `Everything that ${name} lists as delivered arrived.`
            : `${name} lists ${them} as delivered, and no inbox got ${them}.`)}
        {comparedUntil && (
          <>
            {' '}
            Compared until <Time at={comparedUntil} />
            {isLate ? ', and nothing since: is the source read?' : '.'}
          </>
        )}
        {gaps.length > 0 &&
          ` ${gaps.length >= MOST_GAPS ? 'At least ' : ''}${formatCount(gaps.length)} ${gaps.length === 1 ? 'gap touches' : 'gaps touch'} this span: nobody knows what else was sent in ${gaps.length === 1 ? 'it' : 'them'}.`}
      </span>
    </p>
  );
}
