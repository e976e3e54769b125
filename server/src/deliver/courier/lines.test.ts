import { eventually } from '@hooktrail/harness/eventually';
import { describe, expect, it } from 'vitest';
import { shareRoom } from '../../config/share-room.ts';
import { PROFILES } from '../../model/profiles.ts';
import { expectAllPlaces, gone, testCourier, turn } from '../../testing/test-courier.ts';

import { Lines } from './lines.ts';
import { Places } from './places.ts';
import type { Work } from './work.ts';

const { durable: DURABLE } = PROFILES;

describe('lines', () => {
  it('send as many long bodies as memory allows, and let short ones through', async () => {
    const { courier, places, sent, webhook, deliver, whenAsked } = testCourier();
    const body = 'x'.repeat(1024 * 1024);
    whenAsked(async (name) => (name === 'read-events' ? [{ id: '', body }] : []));
    const [long, short] = [webhook(), webhook()];
    for (let count = 0; count < 40; count++) deliver(long, { body: undefined });
    deliver(short);
    await eventually('the short one', () => sent.some(({ request }) => request.body?.length === 2));
    // An eighth of 256 MiB, each body twice: as text and as bytes.
    await eventually('the long ones', () => sent.length === 17);
    for (let answered = 0; answered < 41; answered++) {
      await eventually('the next', () => sent[answered]);
      sent[answered]?.answer();
      expect(sent.length - answered).toBeLessThanOrEqual(17);
    }
    await expectAllPlaces({ courier, places }, long);
    expect(sent).toHaveLength(41);
  });

  it('send nothing new while outcomes waiting for the database fill the memory', async () => {
    const { courier, places, sent, recorded, webhook, deliver, whenRecording } = testCourier();
    let write: () => void = () => undefined;
    const written = new Promise<void>((resolve) => {
      write = resolve;
    });
    whenRecording(() => written);
    const [id, other] = [webhook(), webhook()];
    deliver(id);
    await eventually('the request', () => sent.length === 1);
    const response = { statusCode: 200, headers: [], body: 'x'.repeat(2 ** 28), length: 2 ** 28 };
    sent[0]?.answer({ response });
    await eventually('nothing to be left to send', () => {
      return [...courier.works()].every(({ state }) => state === 'recording');
    });
    deliver(other);
    deliver(id);
    // If they had been sent, their answers would have arrived by now.
    for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve));
    expect(sent).toHaveLength(1);
    write();
    await eventually('the others', () => sent.length === 3);
    for (const { answer } of sent.slice(1)) answer();
    await expectAllPlaces({ courier, places }, other);
    expect(recorded).toHaveLength(3);
  });

  it('keep one webhook within its concurrency, and let another through', async () => {
    const { courier, sent, webhook, deliver } = testCourier();
    const [slow, quick] = [webhook(), webhook()];
    for (let count = 0; count < 200; count++) deliver(slow);
    deliver(quick);
    await eventually('the requests', () => sent.length === DURABLE.concurrency + 1);
    await turn();
    expect(sent).toHaveLength(DURABLE.concurrency + 1);
    sent[0]?.answer();
    await eventually('the next', () => sent.length === DURABLE.concurrency + 2);
    for (let at = 1; at < 201; at++) {
      await eventually('the next', () => sent.length > at);
      sent[at]?.answer();
    }
    await gone(courier);
    expect(sent).toHaveLength(201);
  });

  it('that have all of a process’s part of their concurrency in flight wait for no other', () => {
    const places = new Places({
      accountOf: () => 1,
      mostSending: 4_096,
      onRoom: () => undefined,
      room: shareRoom(2),
    });
    let looks = 0;
    let begun = 0;
    const lines = new Lines({
      places,
      rulesOf: () => {
        looks++;
        return DURABLE;
      },
      begin: () => begun++,
    });
    const line = places.line('busy');
    const work = { leased: { body: '' } } as Work;
    for (let count = 0; count < DURABLE.concurrency; count++) lines.add(line, work);
    expect(begun).toBe(DURABLE.concurrency / 2);
    looks = 0;
    lines.pumpWaiting(1);
    expect(looks).toBe(0);
    // Only the end of one of its own lets it go on.
    places.end(line, 0, 0);
    lines.pump(line);
    expect(begun).toBe(DURABLE.concurrency / 2 + 1);
  });

  it('begin few requests per event-loop turn when many are in flight, and continue in the next', async () => {
    const { courier, sent, webhook, deliver } = testCourier();
    const [id, other] = [webhook(), webhook()];
    for (let count = 0; count < 64; count++) deliver(id);
    for (let count = 0; count < 40; count++) deliver(other);
    expect(sent).toHaveLength(64 + 16);
    let before = 64;
    while (sent.length > before) {
      expect(sent.length - before).toBeLessThanOrEqual(16);
      before = sent.length;
      await turn();
    }
    expect(sent).toHaveLength(104);
    for (const { answer } of sent) answer();
    await gone(courier);
  });

  it('give accounts turns when requests must wait, however many lines one of them has', async () => {
    const { courier, sent, webhook, deliver } = testCourier();
    const many = Array.from({ length: 60 }, () => webhook({ accountId: 1 }));
    const few = Array.from({ length: 8 }, () => webhook({ accountId: 2 }));
    // What comes now waits for the next turns of the event loop.
    const first = webhook({ accountId: 3 });
    for (let count = 0; count < 64; count++) deliver(first);
    for (let count = 0; count < 16; count++) deliver(webhook({ accountId: 3 }));
    for (const id of many) for (let each = 0; each < 2; each++) deliver(id);
    const ofFew = few.map((id) => deliver(id).id);
    expect(sent).toHaveLength(80);
    const sentOfFew = () =>
      sent.filter(({ request }) =>
        ofFew.some((id) => request.headers.some((text) => text.includes(id))),
      ).length;
    await turn();
    await turn();
    // One line of each account in turn: half of the next 16 are of the account with few.
    expect(sent.length).toBeLessThanOrEqual(112);
    expect(sentOfFew()).toBe(8);
    for (let at = 0; at < 208; at++) {
      await eventually('the next', () => sent.length > at);
      sent[at]?.answer();
    }
    await gone(courier);
  });

  it('leave requests for a healthy webhook while seventy endpoints hang, and forget none', async () => {
    const { courier, sent, webhook, deliver } = testCourier();
    for (let count = 0; count < 70; count++) {
      const id = webhook();
      for (let each = 0; each < 70; each++) deliver(id);
    }
    let before: number;
    do {
      before = sent.length;
      await turn();
    } while (sent.length > before);
    expect(before).toBeGreaterThan(3_000);
    expect(before).toBeLessThan(4_096);
    const healthy = webhook();
    for (let count = 0; count < 8; count++) deliver(healthy);
    await eventually("the healthy one's requests", () => sent.length === before + 8);

    for (let at = 0; at < 4_908; at++) {
      await eventually('the next', () => sent.length > at);
      sent[at]?.answer();
    }
    await gone(courier);
    expect(sent).toHaveLength(4_908);
  });
});
