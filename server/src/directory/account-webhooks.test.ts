import fc from 'fast-check';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { Webhook } from '../model/webhook.ts';
import { testWebhook } from '../testing/test-webhook.ts';
import { AccountWebhooks } from './account-webhooks.ts';
import { OrderedList } from './ordered-list.ts';
import { compareWebhooks, orderedWebhook } from './webhook-order.ts';

const webhook = (...subscriptions: string[]): Webhook => testWebhook({ subscriptions });

describe('AccountWebhooks', () => {
  it.each([
    ['order.paid', 'order.paid', true],
    ['order.paid', 'order.paid.late', false],
    ['order.paid', 'Order.paid', false],
    ['order.*', 'order.paid', true],
    ['order.*', 'order.item.added', true],
    ['order.*', 'orders.paid', false],
    ['order.*', 'order', false],
    ['*', 'anything.at.all', true],
    ['zen:event-type:*', 'zen:event-type:ticket.created', true],
    ['zen:event-type:ticket.*', 'zen:event-type:ticketing.created', false],
    ['order.paid', 'orderxpaid', false],
  ])('%s matches %s: %s', (subscription, type, expected) => {
    const index = new AccountWebhooks();
    const one = webhook(subscription);
    index.put(one);
    expect(index.matching(type)).toEqual(expected ? [one] : []);
  });

  it('returns each webhook once, newest first', () => {
    const index = new AccountWebhooks();
    const webhooks = [webhook('a.b', 'a.*', '*'), webhook('a.b'), webhook('c.d'), webhook('*')];
    const [one, two, three, four] = webhooks as [Webhook, Webhook, Webhook, Webhook];
    for (const each of [two, four, one, three]) index.put(each);
    expect(index.matching('a.b')).toEqual([four, two, one]);
    expect(new Set(index.all())).toEqual(new Set(webhooks));
  });

  it('drops cached answers when a webhook is added, changed or removed', () => {
    const index = new AccountWebhooks();
    const one = webhook('a.b');
    expect(index.matching('a.b')).toEqual([]);
    index.put(one);
    expect(index.matching('a.b')).toEqual([one]);
    const changed = { ...one, subscriptions: ['c.d'] };
    index.put(changed);
    expect(index.matching('a.b')).toEqual([]);
    expect(index.matching('c.d')).toEqual([changed]);
    index.remove(one.id);
    expect(index.matching('c.d')).toEqual([]);
    expect([...index.all()]).toEqual([]);
    index.remove(one.id);
  });

  it('returns the same answers after any number of types', () => {
    const index = new AccountWebhooks();
    const one = webhook('a.*');
    index.put(one);
    for (let turn = 0; turn < 5_000; turn++) {
      expect(index.matching(`a.${turn}`)).toEqual([one]);
      expect(index.matching(`b.${turn}`)).toEqual([]);
    }
    expect(index.matching('a.0')).toEqual([one]);
  });
});

describe('the orders', () => {
  it('follow every change', async () => {
    const index = new AccountWebhooks();
    const named = (name: string, status: Webhook['status']): Webhook => ({
      ...webhook(),
      name,
      status,
    });
    const [b, a, c] = [named('B', 'active'), named('a', 'inactive'), named('c', 'active')] as const;
    for (const one of [c, b, a]) index.put(one);
    const names = async () => {
      const orders = await Promise.all(
        (['id', 'name', 'status'] as const).map((order) => index.inOrder(order)),
      );
      return orders.map((order) => order.map(({ webhook: { name } }) => name));
    };
    expect(await names()).toEqual([
      ['B', 'a', 'c'],
      ['a', 'B', 'c'],
      ['B', 'c', 'a'],
    ]);
    index.put({ ...b, name: 'z', status: 'inactive' });
    index.remove(c.id);
    expect(await names()).toEqual([
      ['z', 'a'],
      ['a', 'z'],
      ['z', 'a'],
    ]);
  });

  it('keeps a bounded number of changes that nobody reads', async () => {
    const index = new AccountWebhooks();
    const one = webhook();
    index.put(one);
    await index.inOrder('name');
    const add = vi.spyOn(OrderedList.prototype, 'add');
    for (let turn = 0; turn < 2_000; turn++) index.put({ ...one, name: `name ${turn}` });
    expect(add.mock.calls.length).toBeLessThan(600);
    add.mockRestore();
    const names = (await index.inOrder('name')).map(({ webhook: { name } }) => name);
    expect(names).toEqual(['name 1999']);
  });

  it('is right when more changes come while it is read than it keeps', async () => {
    const index = new AccountWebhooks();
    const webhooks = Array.from({ length: 15_000 }, (_, number) => ({
      ...webhook(),
      name: `name ${number}`,
    }));
    for (const one of webhooks) index.put(one);
    const [renamed, removed] = webhooks as [Webhook, Webhook];
    setImmediate(() => {
      for (let turn = 0; turn < 20_000; turn++) index.put({ ...renamed, name: `renamed ${turn}` });
      index.remove(removed.id);
    });
    const list = await index.inOrder('name');
    expect(list).toHaveLength(14_999);
    const found = list.filter(({ id }) => id === renamed.id || id === removed.id);
    expect(found.map(({ webhook: { name } }) => name)).toEqual(['renamed 19999']);
  });

  it.each(['id', 'name'] as const)(
    'by %s is right, and asked for in turns, while webhooks change',
    async (order) => {
      const index = new AccountWebhooks();
      const webhooks = Array.from({ length: 30_000 }, (_, number) => ({
        ...webhook(),
        name: `name ${(number * 7_919) % 30_011}`,
      }));
      for (const one of webhooks) index.put(one);
      let turns = 0;
      let listed = false;
      const change = () => {
        if (listed) return;
        const first = webhooks.at(turns) as Webhook;
        const last = webhooks.at(-1 - turns) as Webhook;
        index.remove(first.id);
        index.put({ ...last, name: `renamed ${turns}` });
        if (++turns < 10) setImmediate(change);
      };
      setImmediate(change);
      const list = await index.inOrder(order);
      listed = true;
      expect(turns).toBe(10);
      const expected = [...index.all()]
        .map((one) => orderedWebhook(one, order))
        .sort(compareWebhooks);
      expect(expected).toHaveLength(29_990);
      expect(list.map(({ id, webhook: { name } }) => [id, name])).toEqual(
        expected.map(({ id, webhook: { name } }) => [id, name]),
      );
    },
  );
});

describe('the work of a match', () => {
  afterEach(() => vi.restoreAllMocks());

  /** Counts look-ups in maps, and reads of any webhook's subscriptions. */
  function countWork(work: () => void): { lookUps: number; reads: number } {
    const get = vi.spyOn(Map.prototype, 'get');
    const before = reads;
    work();
    const lookUps = get.mock.calls.length;
    get.mockRestore();
    return { lookUps, reads: reads - before };
  }

  let reads = 0;
  /** A webhook whose subscriptions count how often they are looked at. */
  function watched(...subscriptions: string[]): Webhook {
    return {
      ...webhook(),
      subscriptions: new Proxy(subscriptions, {
        get(target, key, receiver) {
          reads++;
          return Reflect.get(target, key, receiver);
        },
      }),
    };
  }

  it('does not grow with webhooks and subscriptions: a batch of new types', () => {
    const index = new AccountWebhooks();
    for (let turn = 0; turn < 200; turn++) {
      const types = Array.from({ length: 499 }, (_, n) => `own_${turn}.type_${n}.done`);
      index.put(watched(...types, `family_${turn}.*`));
    }
    const work = countWork(() => {
      for (let turn = 0; turn < 1_000; turn++) index.matching(`own_1.new_${turn}.done`);
    });
    // The cached answer, the type, `*`, `own_1.*` and `own_1.new_0.*`.
    expect(work).toEqual({ lookUps: 5_000, reads: 0 });
  });

  it('is the segments of the type and the webhooks found', () => {
    const index = new AccountWebhooks();
    const found = Array.from({ length: 10 }, () => watched('a.*'));
    for (const one of found) index.put(one);
    for (let turn = 0; turn < 1_000; turn++) index.put(watched(`b.type_${turn}`));
    const work = countWork(() => expect(index.matching('a.b')).toHaveLength(10));
    expect(work.reads).toBe(0);
    expect(work.lookUps).toBeLessThan(40);
    const longest = countWork(() => index.matching(`${'a.'.repeat(127)}b`));
    expect(longest.lookUps).toBeLessThan(150);
  });

  it('of a change is the subscriptions of the webhook, not those of its neighbours', async () => {
    const index = new AccountWebhooks();
    for (let turn = 0; turn < 1_000; turn++) index.put(watched(`b.type_${turn}`, 'a.*'));
    await index.inOrder('id');
    const one = watched('a.b', 'a.c');
    const work = countWork(() => {
      index.put(one);
      index.remove(one.id);
    });
    expect(work.lookUps).toBeLessThan(10);
    expect(work.reads).toBeLessThan(20);
  });

  it('does not keep the answers of a wide family in memory', () => {
    const index = new AccountWebhooks();
    const all = Array.from({ length: 3_000 }, () => webhook('*'));
    for (const one of all) index.put(one);
    const first = index.matching('a.b');
    expect(index.matching('a.b')).toBe(first);
    for (let turn = 0; turn < 400; turn++) index.matching(`a.c${turn}`);
    expect(index.matching('a.b')).not.toBe(first);
  });
});

it('finds what a comparison with every subscription finds', () => {
  const segment = fc.constantFrom('a', 'b', 'ab', 'zen');
  const type = fc
    .tuple(
      fc.constantFrom('', 'zen:event-type:'),
      fc.array(segment, { minLength: 2, maxLength: 4 }),
    )
    .map(([prefix, segments]) => prefix + segments.join('.'));
  const family = fc
    .tuple(fc.constantFrom('', 'zen:event-type:'), fc.array(segment, { maxLength: 3 }))
    .map(([prefix, segments]) => `${prefix}${segments.map((text) => `${text}.`).join('')}*`);
  const subscriptions = fc.array(fc.oneof(type, family), { maxLength: 6 });
  fc.assert(
    fc.property(fc.array(subscriptions, { maxLength: 8 }), fc.array(type), (lists, types) => {
      const index = new AccountWebhooks();
      const webhooks = lists.map((list) => webhook(...new Set(list)));
      for (const one of webhooks) index.put(one);
      const gone = webhooks.pop();
      if (gone !== undefined) index.remove(gone.id);
      for (const eventType of types) {
        const expected = webhooks.filter((one) =>
          one.subscriptions.some((subscription) =>
            subscription.endsWith('*')
              ? eventType.startsWith(subscription.slice(0, -1))
              : subscription === eventType,
          ),
        );
        expect(index.matching(eventType)).toEqual(expected.toReversed());
      }
    }),
  );
});
