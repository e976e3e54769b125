import { DAY_MS } from '@hooktrail/server/time-units';
import type { Sizes } from '../model/sizes.ts';
import { fillTrail } from '../stage/fill-trail.ts';
import type { Stage } from '../stage/stage.ts';
import type { Place } from '../stage/start-place.ts';
import type { BenchWebhook } from '../stage/webhooks.ts';
import { CLOSED_PORT } from './closed-port.ts';

/** An idle server with days of deliveries on the record. */
export interface HistoryPlace extends Place {
  readonly count: number;
  readonly fromMs: number;
  readonly toMs: number;
  /** The webhook that has every second invocation. */
  readonly webhook: BenchWebhook;
}

/** The same days with many and with few invocations, each on its own server and PostgreSQL. */
export interface Histories {
  readonly large: HistoryPlace;
  readonly small: HistoryPlace;
}

/** One day more than lists show. */
const DAYS = 8;

/** How many invocations have the rare status, in a history of any size: a few pages. */
const RARE = 500;

const made = new WeakMap<Stage, Promise<Histories>>();

/** Fills the histories, once per stage, since it takes minutes. */
export function histories(stage: Stage, sizes: Sizes): Promise<Histories> {
  const known = made.get(stage);
  if (known !== undefined) return known;
  const making = (async () => ({
    small: await makeHistory(await stage.second(), sizes, sizes.smallHistory),
    large: await makeHistory(stage, sizes, sizes.largeHistory),
  }))();
  made.set(stage, making);
  return making;
}

async function makeHistory(place: Place, sizes: Sizes, count: number): Promise<HistoryPlace> {
  const ports = Array.from({ length: Math.max(2, sizes.webhooks) }, () => CLOSED_PORT);
  const webhooks = await place.webhooks.create(ports);
  const toMs = Date.now();
  const fromMs = toMs - DAYS * DAY_MS;
  const rareEvery = Math.max(2, 2 * Math.round(count / 2 / RARE));
  const { eventBytes } = sizes;
  await fillTrail(place, { count, fromMs, toMs, webhooks, rareEvery, eventBytes });
  return { ...place, count, fromMs, toMs, webhook: webhooks[0] as BenchWebhook };
}
