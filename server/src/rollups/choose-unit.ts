import { DAY_MS, HOUR_MS, MINUTE_MS } from '../model/time-units.ts';
import type { Range } from '../query/ranges.ts';
import type { RollupUnit } from '../sql/parts/rollup-reading.ts';

/** What is to be counted, and how finely. */
interface Wanted {
  readonly span: Range;
  /** One row for each of these; undefined: one row for the whole span. */
  readonly step: RollupUnit | undefined;
  /** Of how many webhooks, or 1. */
  readonly counted: number;
  readonly nowMs: number;
  readonly keptMs: Readonly<Record<RollupUnit, number>>;
}

/** In which units the rollups are read; the span is in whole units. */
export interface Chosen {
  readonly unit: RollupUnit;
  readonly fromMs: number;
  readonly toMs: number;
}

/** Why a step cannot be served, for people. */
export class SpanTooLong extends Error {
  override readonly name = 'SpanTooLong';
}

export const UNIT_MS: Readonly<Record<RollupUnit, number>> = {
  minute: MINUTE_MS,
  hour: HOUR_MS,
  day: DAY_MS,
};

/** A day of minutes, two months of hours, four years of days; and what a screen can show. */
const MOST_STEPS = 1_500;

/** A webhook in a unit is some rows in one range of an index: this many take about half a second. */
const MOST_CELLS = 300_000;

/** Beyond this, the minutes at the ends of a span do not matter. */
const BY_MINUTE_MS = 6 * HOUR_MS;
const BY_HOUR_MS = 62 * DAY_MS;

/**
 * Chooses the unit: the step, or the finest one that the length of the span deserves and that is
 * bounded. The span is widened to whole units, and ends where counts are kept no longer.
 *
 * @throws SpanTooLong where the step would make too many rows, or is not kept for so long.
 */
export function chooseUnit(wanted: Wanted): Chosen {
  const { step, counted } = wanted;
  if (step !== undefined) {
    const { fromMs, toMs } = widened(wanted, step);
    const steps = (toMs - fromMs) / UNIT_MS[step];
    if (!isKept(wanted, step, fromMs)) {
      const days = Math.floor(wanted.keptMs[step] / DAY_MS);
      throw new SpanTooLong(
        `step=${step} goes back ${days} days at most: give a later since:, or a coarser step`,
      );
    }
    const most = Math.min(MOST_STEPS, Math.max(1, Math.floor(MOST_CELLS / 10 / counted)));
    if (steps > most) {
      const ofWebhooks = counted > 1 ? ` of ${counted} webhooks` : '';
      throw new SpanTooLong(
        `the span has ${steps} steps${ofWebhooks}, and at most ${most} are answered: give a shorter span or a coarser step${counted > 1 ? ', or name webhooks' : ''}`,
      );
    }
    return { unit: step, fromMs, toMs };
  }
  const lengthMs = Math.min(wanted.span[1], wanted.nowMs) - wanted.span[0];
  const units = (['minute', 'hour', 'day'] as const).filter(
    (unit) =>
      (unit !== 'minute' || lengthMs <= BY_MINUTE_MS) && (unit === 'day' || lengthMs <= BY_HOUR_MS),
  );
  for (const unit of units) {
    const { fromMs, toMs } = widened(wanted, unit);
    const cells = ((toMs - fromMs) / UNIT_MS[unit]) * counted;
    if (isKept(wanted, unit, fromMs) && cells <= MOST_CELLS) return { unit, fromMs, toMs };
  }
  const { fromMs, toMs } = widened(wanted, 'day');
  const days = (toMs - fromMs) / DAY_MS;
  if (days * counted > MOST_CELLS) {
    throw new SpanTooLong(
      `the counts of ${counted} webhooks for ${days} days are too many: give a shorter span, or name webhooks`,
    );
  }
  return { unit: 'day', fromMs, toMs };
}

function widened({ keptMs, nowMs, span }: Wanted, unit: RollupUnit): Omit<Chosen, 'unit'> {
  const ms = UNIT_MS[unit];
  // What is kept longest bounds a span without a beginning.
  const fromMs = Math.max(span[0], nowMs - keptMs.day);
  // An attempt cannot have finished later, but on another node's clock.
  const toMs = Math.min(span[1], nowMs + MINUTE_MS);
  const first = Math.floor(fromMs / ms) * ms;
  return { fromMs: first, toMs: Math.max(first, Math.ceil(toMs / ms) * ms) };
}

/** A day longer, because days are dropped as a whole. */
const isKept = ({ keptMs, nowMs }: Wanted, unit: RollupUnit, fromMs: number): boolean =>
  unit === 'day' || fromMs >= Math.floor((nowMs - keptMs[unit]) / DAY_MS) * DAY_MS;
