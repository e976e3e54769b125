import type { Sizes } from '../model/sizes.ts';
import { fillTrail } from '../stage/fill-trail.ts';
import type { Stage } from '../stage/stage.ts';
import type { Place } from '../stage/start-place.ts';
import type { BenchWebhook } from '../stage/webhooks.ts';
import { CLOSED_PORT } from './closed-port.ts';

/** A server with days of deliveries on its record, and nothing to do. */
export interface HistoryPlace extends Place {
  readonly count: number;
  readonly fromMs: number;
  readonly toMs: number;
  /** The webhook with every second invocation. */
  readonly webhook: BenchWebhook;
}

/** The same days with many and with few invocations, on a server and a PostgreSQL each. */
export interface Histories {
  readonly large: HistoryPlace;
  readonly small: HistoryPlace;
}

export const DAY_MS = 24 * 60 * 60 * 1_000;

/** One more than lists go back. */
const DAYS = 8;

/** A search for the rare status finds some pages, of any number of rows. */
const RARE = 500;

const made = new WeakMap<Stage, Promise<Histories>>();

/** Makes them once for a stage: it takes minutes. */
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
