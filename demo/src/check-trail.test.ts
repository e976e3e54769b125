import type { Webhook, WebhookInvocation } from '@hooktrail/sdk';
import { beforeEach, expect, test } from 'vitest';
import { checkTrail } from './check-trail.ts';
import type { Endpoints, Visits } from './open-endpoints.ts';
import type { Trail } from './read-trail.ts';
import type { Scene } from './scene.ts';
import { SCENES } from './scenes.ts';

const EVENT = {
  id: 'event-1',
  type: 'zen:event-type:article.published',
  subject: 'zen:article:1',
  time: '2026-01-02T03:04:05Z',
  detail: {},
  event: {},
};
const LATER = new Date('2026-01-02T03:06:05Z');

let complaints: string[];
let visits: Map<string, Visits>;
let healthy: WebhookInvocation;
let forbidden: WebhookInvocation;

beforeEach(() => {
  complaints = [];
  const invocation = {
    webhookId: 'w',
    eventType: EVENT.type,
    createdAt: new Date(EVENT.time),
    latestCompletedAt: new Date(EVENT.time),
  };
  healthy = { ...invocation, id: 'h', status: 'success', statusCode: 200, attemptsCount: 1 };
  forbidden = {
    ...{ ...invocation, id: 'f', status: 'client error', statusCode: 403 },
    ...{ attemptsCount: 3, nextAttemptAt: LATER },
  };
  const seen = { webhookId: 'w', eventId: EVENT.id, eventType: EVENT.type };
  visits = new Map([
    ['h', { ...seen, count: 1 }],
    ['f', { ...seen, count: 3 }],
  ]);
});

function check(): string[] {
  const trail = (behaviour: string, invocations: WebhookInvocation[]): Trail => ({
    scene: SCENES.find((scene) => scene.behaviour === behaviour) as Scene,
    webhook: { id: 'w' } as Webhook,
    invocations,
    pages: 1,
  });
  const endpoints = { complaints, visits } as unknown as Endpoints;
  const trails = [trail('healthy', [healthy]), trail('forbidden', [forbidden])];
  return checkTrail(trails, [EVENT], endpoints);
}

test('returns nothing when all is as expected', () => {
  expect(check()).toEqual([]);
});

test('reports a bad signature', () => {
  complaints.push('/healthy: Signature refused: mismatch');
  expect(check()).toEqual([expect.stringContaining('mismatch')]);
});

test('reports a second attempt where one was enough', () => {
  healthy.attemptsCount = 2;
  expect(check()).toEqual([
    'webhook "Healthy": attempts are not 1: h',
    'webhook "Healthy": h has 2 attempts, the receiver saw 1',
  ]);
});

test('reports an unexpected status', () => {
  healthy = { ...forbidden, id: 'h', attemptsCount: 1 };
  expect(check()).toEqual([
    'webhook "Healthy": not "success" but "client error": h',
    'webhook "Healthy": status code is not 200: h',
    'webhook "Healthy": a retry is scheduled: h',
  ]);
});

test('reports a failure without a scheduled retry', () => {
  delete forbidden.nextAttemptAt;
  expect(check()).toEqual(['webhook "403 Forbidden": no retry is scheduled: f']);
});

test('reports a request that is not in the trail', () => {
  visits.set('x', { webhookId: 'w', eventId: EVENT.id, eventType: EVENT.type, count: 1 });
  expect(check()).toEqual(['the receiver saw invocations that are not in the trail: x']);
});

test('reports a lost event', () => {
  visits.clear();
  expect(check()).toEqual([
    'webhook "Healthy": h has 1 attempts, the receiver saw 0',
    'webhook "403 Forbidden": f has 3 attempts, the receiver saw 0',
    'events never arrived anywhere: event-1',
  ]);
});
