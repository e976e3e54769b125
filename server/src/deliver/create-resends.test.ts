import { expect, test, vi } from 'vitest';
import { newId } from '../model/ids.ts';
import { PROFILES } from '../model/profiles.ts';
import type { Webhook } from '../model/webhook.ts';
import { createResends } from './create-resends.ts';

const NOW_MS = 1_900_000_000_000;

/** Resends to a webhook whose endpoint has not allowed deliveries, and may be asked at a time. */
function start(nextAtMs: number, allowedWhenAsked: boolean) {
  let held: { reason: string; nextAtMs: number } | undefined = { reason: '', nextAtMs };
  const begin = vi.fn(async () => {
    if (allowedWhenAsked) held = undefined;
  });
  const places = { endTrial: vi.fn(), tryBeginTrial: () => true };
  const resends = createResends({
    breakers: { broken: () => undefined } as never,
    clock: { now: () => NOW_MS },
    handshakes: { begin, held: () => held },
    limiter: { giveBack: vi.fn(), take: vi.fn() },
    places,
    rulesOf: () => PROFILES.durable,
    send: vi.fn(),
    sendPlain: vi.fn(),
  });
  const webhook = { id: newId(NOW_MS), accountId: 1 } as Webhook;
  return {
    begin,
    places,
    reserve: (byHand: boolean) => resends.reserve({ accountId: 1, byHand, webhook }, 3),
  };
}

test('nothing is resent before the endpoint allows it, and its room is given back', async () => {
  const { begin, places, reserve } = start(NOW_MS + 1, true);
  expect(await reserve(false)).toMatchObject({ count: 0, probe: false });
  expect(begin).not.toHaveBeenCalled();
  expect(places.endTrial).toHaveBeenCalledTimes(3);
});

test('an endpoint whose time has come is asked, since a resend may be all that it gets', async () => {
  const { begin, reserve } = start(NOW_MS, false);
  expect(await reserve(false)).toMatchObject({ count: 0 });
  expect(begin).toHaveBeenCalledTimes(1);
  expect(await start(0, true).reserve(false)).toMatchObject({ count: 3 });
});

test('what a person resends goes out regardless', async () => {
  const { begin, reserve } = start(NOW_MS, false);
  expect(await reserve(true)).toMatchObject({ count: 3 });
  expect(begin).not.toHaveBeenCalled();
});
