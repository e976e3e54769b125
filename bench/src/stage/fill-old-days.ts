import { DAY_MS } from '@hooktrail/server/time-units';
import { fillTrail } from './fill-trail.ts';
import type { Place } from './start-place.ts';
import type { BenchWebhook } from './webhooks.ts';

interface OldDays {
  /** How many days before today. */
  readonly days: number;
  readonly invocationsADay: number;
  readonly webhooks: number;
  readonly eventBytes: number;
}

/** Of the webhooks of old days: nothing is published of it. */
const TYPE = 'bench.old';

/** Where nothing listens: nothing is sent either. */
const NOWHERE = 9;

/**
 * Puts the days before today on the record, each with the same number of delivered invocations, vacuumed and
 * analysed. Their webhooks, which it returns, are inactive.
 */
export async function fillOldDays(
  place: Place,
  { days, eventBytes, invocationsADay, ...of }: OldDays,
): Promise<BenchWebhook[]> {
  const ports = Array.from({ length: Math.max(2, of.webhooks) }, () => NOWHERE);
  const webhooks = await place.webhooks.create(ports, TYPE);
  await place.webhooks.setStatus(webhooks, 'inactive');
  const toMs = Math.floor(Date.now() / DAY_MS) * DAY_MS;
  const count = days * invocationsADay;
  await fillTrail(place, {
    count,
    fromMs: toMs - days * DAY_MS,
    toMs,
    webhooks,
    rareEvery: Math.max(2, count),
    eventBytes,
  });
  return webhooks;
}
