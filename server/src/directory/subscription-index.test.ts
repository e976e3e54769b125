import { describe, expect, it } from 'vitest';
import { newId } from '../model/ids.ts';
import type { Webhook } from '../model/webhook.ts';
import { SubscriptionIndex } from './subscription-index.ts';

function webhook(...subscriptions: string[]): Webhook {
  return {
    id: newId(Date.now()),
    accountId: 1,
    name: 'test',
    description: undefined,
    status: 'active',
    subscriptions,
    endpoint: 'https://example.com',
    httpMethod: 'POST',
    requestFormat: 'json',
    authentication: undefined,
    customHeaders: undefined,
    externalSource: undefined,
    signingSecret: 'secret',
    createdAt: new Date(),
    createdBy: 'test',
    updatedAt: undefined,
    updatedBy: undefined,
    ownRules: undefined,
    paused: undefined,
    previousSecret: undefined,
  };
}

describe('SubscriptionIndex', () => {
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
    const index = new SubscriptionIndex();
    const one = webhook(subscription);
    index.put(one);
    expect(index.matching(type)).toEqual(expected ? [one] : []);
  });

  it('returns each webhook once, newest first', () => {
    const index = new SubscriptionIndex();
    const webhooks = [webhook('a.b', 'a.*', '*'), webhook('a.b'), webhook('c.d'), webhook('*')];
    const [one, two, three, four] = webhooks as [Webhook, Webhook, Webhook, Webhook];
    for (const each of [two, four, one, three]) index.put(each);
    expect(index.matching('a.b')).toEqual([four, two, one]);
    expect(index.newestFirst()).toEqual([four, three, two, one]);
  });

  it('drops cached answers when a webhook is added, changed or removed', () => {
    const index = new SubscriptionIndex();
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
    expect(index.newestFirst()).toEqual([]);
    index.remove(one.id);
  });

  it('returns the same answers after any number of types', () => {
    const index = new SubscriptionIndex();
    const one = webhook('a.*');
    index.put(one);
    for (let turn = 0; turn < 5_000; turn++) {
      expect(index.matching(`a.${turn}`)).toEqual([one]);
      expect(index.matching(`b.${turn}`)).toEqual([]);
    }
    expect(index.matching('a.0')).toEqual([one]);
  });
});
