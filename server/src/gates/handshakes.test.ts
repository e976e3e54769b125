import { pino } from 'pino';
import { expect, test, vi } from 'vitest';
import type { Database } from '../database/database.ts';
import { newId } from '../model/ids.ts';
import { PROFILES } from '../model/profiles.ts';
import type { Rules } from '../model/rules.ts';
import type { Webhook } from '../model/webhook.ts';
import type { HandshakeRow } from '../sql/read-handshakes.ts';
import { type HandshakeAnswer, Handshakes } from './handshakes.ts';

const NOW_MS = 1_900_000_000_000;
const ASKING: Rules = {
  ...PROFILES.durable,
  cloudEvents: { mode: 'binary', source: undefined, handshake: true },
};
const ALLOWED: HandshakeAnswer = { allowedOrigin: '*', allowedRate: 30, reason: undefined };

/** A node's handshakes on a database that holds `rows` and lets it ask, or not. */
function start({ ask = async () => ALLOWED, taken = true, rules = ASKING } = {}) {
  const webhooks = new Map<string, Webhook>();
  const rows = new Map<string, HandshakeRow>();
  const names: string[] = [];
  const database = {
    async run({ name }: { name: string }, params: { webhookId: string; subject: string }) {
      names.push(name);
      if (name === 'read-handshakes') {
        return (params as unknown as string[]).flatMap((id) => rows.get(id) ?? []);
      }
      const { subject, webhookId } = params;
      if (name === 'take-handshake') {
        if (taken) rows.set(webhookId, { ...ROW, webhook_id: webhookId, subject });
        return taken ? [{ webhook_id: webhookId }] : [];
      }
      if (name === 'write-handshake') {
        const found = rows.get(webhookId) as HandshakeRow;
        rows.set(webhookId, { ...found, state: 'allowed', allowed_rate: 30 });
      }
      return [];
    },
  } as unknown as Database;
  const lookedUp = vi.fn((id: string) => webhooks.get(id));
  const rulesOf = vi.fn(() => rules);
  const handshakes = new Handshakes({
    ask,
    clock: { now: () => NOW_MS },
    database,
    log: pino({ level: 'silent' }),
    onChange: () => undefined,
    origin: 'hooks.test',
    rulesOf,
    webhookOf: lookedUp,
  });
  const webhook = (): string => {
    const id = newId(NOW_MS);
    webhooks.set(id, { id, endpoint: `https://${id}.test/` } as Webhook);
    return id;
  };
  return { handshakes, lookedUp, names, rows, rulesOf, webhook };
}

const ROW = {
  state: 'asking',
  allowed_origin: null,
  allowed_rate: null,
  checked_at: null,
  next_at: new Date(NOW_MS + 20_000),
  reason: null,
} as const;

test.each([
  ['no CloudEvents', PROFILES.durable],
  [
    'CloudEvents',
    { ...ASKING, cloudEvents: { mode: 'binary', source: undefined, handshake: false } },
  ],
] as const)(
  'a webhook with %s and no handshake costs no statement and no lookup',
  async (_, rules) => {
    const { handshakes, lookedUp, names, rulesOf, webhook } = start({ rules });
    const id = webhook();
    expect(handshakes.held(id, rules)).toBeUndefined();
    expect(handshakes.capped(id, rules)).toBe(rules);
    await handshakes.askNow(id);
    expect(lookedUp).not.toHaveBeenCalled();
    // A breaker's notification: the rules are read, and nothing else.
    rulesOf.mockClear();
    await handshakes.refresh([id]);
    expect(rulesOf).toHaveBeenCalledTimes(1);
    expect(names).toEqual([]);
  },
);

test('one request at a time asks an endpoint, and its answer caps the rate', async () => {
  let answer: (answer: HandshakeAnswer) => void = () => undefined;
  const ask = vi.fn(() => new Promise<HandshakeAnswer>((resolve) => (answer = resolve)));
  const { handshakes, webhook } = start({ ask });
  const id = webhook();
  expect(handshakes.held(id, ASKING)).toEqual({
    reason: 'its endpoint is asked whether it wants deliveries',
    nextAtMs: 0,
  });
  await Promise.all([handshakes.begin(id), handshakes.begin(id), handshakes.begin(id)]);
  await handshakes.begin(id);
  expect(ask).toHaveBeenCalledTimes(1);
  expect(handshakes.held(id, ASKING)?.nextAtMs).toBe(NOW_MS + 20_000);
  expect(handshakes.capped(id, ASKING)).toBe(ASKING);
  answer(ALLOWED);
  await handshakes.stop();
  expect(handshakes.held(id, ASKING)).toBeUndefined();
  expect(handshakes.capped(id, ASKING).rateLimit).toEqual({ requests: 30, spanMs: 60_000 });
});

test('a node that does not get the right to ask does not ask', async () => {
  const ask = vi.fn(async () => ALLOWED);
  const { handshakes, webhook } = start({ ask, taken: false });
  const id = webhook();
  await handshakes.begin(id);
  expect(ask).not.toHaveBeenCalled();
  expect(handshakes.held(id, ASKING)).toBeDefined();
});

test('forgets the row of a webhook that was deleted', async () => {
  const { handshakes, rows, webhook } = start();
  const [deleted, other] = [webhook(), webhook()];
  for (const id of [deleted, other]) {
    rows.set(id, { ...ROW, webhook_id: id, subject: '', allowed_rate: 30 });
  }
  await handshakes.refresh([deleted, other]);
  handshakes.forget(deleted);
  expect(handshakes.capped(deleted, ASKING)).toBe(ASKING);
  expect(handshakes.capped(other, ASKING)).not.toBe(ASKING);
});
