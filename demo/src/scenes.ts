import type { Scene } from './scene.ts';

/**
 * The webhooks of the demo. With the schedule of retries (5 s, 30 s, 2 min, each ±20 %) every
 * failing invocation has its third attempt within 45 s, and then a pause of 90 s, in which the
 * trail can be read while nothing changes. An attempt without an answer takes 12 s, so that
 * invocation has its second.
 */
export const SCENES: readonly Scene[] = [
  {
    name: 'Healthy',
    subscription: 'zen:event-type:*',
    behaviour: 'healthy',
    expected: { status: 'success', statusCode: 200, attempts: 1 },
  },
  {
    name: 'Slow (1.5 s)',
    subscription: 'zen:event-type:user.*',
    authentication: {
      type: 'api_key',
      data: { name: 'X-Api-Key', value: 'demo-secret-of-the-slow-one' },
      addPosition: 'header',
    },
    behaviour: 'slow',
    expected: { status: 'success', statusCode: 200, attempts: 1 },
  },
  {
    name: '500 twice, then 200',
    subscription: 'zen:event-type:organization.*',
    authentication: {
      type: 'basic_auth',
      data: { username: 'hooktrail', password: 'demo-secret-of-the-recovering-one' },
      addPosition: 'header',
    },
    behaviour: 'recovering',
    expected: { status: 'success', statusCode: 200, attempts: 3 },
  },
  {
    name: '403 Forbidden',
    subscription: 'zen:event-type:article.*',
    authentication: {
      type: 'bearer_token',
      data: { token: 'demo-secret-of-the-forbidden-one' },
      addPosition: 'header',
    },
    behaviour: 'forbidden',
    expected: { status: 'client error', statusCode: 403, attempts: 3 },
  },
  {
    name: 'Closed port',
    subscription: 'zen:event-type:ticket.created',
    behaviour: 'closed',
    expected: { status: 'failed', errorMessage: 'connection refused', attempts: 3 },
  },
  {
    name: 'Never answers',
    subscription: 'zen:event-type:ticket.csat_received',
    behaviour: 'silent',
    expected: { status: 'timeout', errorMessage: 'timeout', attempts: 2 },
  },
];
