// check-package.mjs runs this in every runtime, with the package as published.
import {
  APIError,
  NotFoundError,
  ResponseValidationError,
  TimeoutError,
  Zendesk,
} from '@hooktrail/sdk';
import { Hooktrail } from '@hooktrail/sdk/hooktrail';
import { parseQuery, printQuery } from '@hooktrail/sdk/query';
import { signPayload, verifySignature } from '@hooktrail/sdk/signature';
import { verifyStandardWebhook } from '@hooktrail/sdk/standard-webhooks';

const check = (met, expectation) => {
  if (!met) throw new Error(`failed: ${expectation}`);
};

/** Uses every part of the package against the fake API at `baseUrl`; throws when one fails. */
export const smoke = async (baseUrl) => {
  const secret = 'dGhpc19zZWNyZXRfaXNfZm9yX3Rlc3Rpbmdfb25seQ==';
  const timestamp = '2021-07-25T10:00:00Z';
  const body = '{"say": "hello"}';
  const signature = await signPayload({ secret, timestamp, body });
  check(signature === 'gf3v0LzLRHPUnIdhbvwRDVEvzSb07/QN0GYjSNlkBT0=', 'the check vector');
  await verifySignature({ secret, timestamp, body, signature, toleranceMs: Infinity });

  const asymmetric = {
    key: 'whpk_1SiA4o9hyqTCpIqC5V9HUakiiaeACeqfZTInDBbOir4=',
    body: '{"test": 2432232314}',
    toleranceMs: Infinity,
    headers: {
      'webhook-id': 'msg_p5jXN8AQM9LWM0D4loKWxJek',
      'webhook-timestamp': '1614265330',
      'webhook-signature':
        'v1a,hnO3f9T8Ytu9HwrXslvumlUpqtNVqkhqw/enGzPCXe5BdqzCInXqYXFymVJaA7AZdpXwVLPo3mNl8EM+m7TBAg==',
    },
  };
  // Older browsers have no Ed25519.
  await verifyStandardWebhook(asymmetric).catch((error) => {
    if (error.name !== 'NotSupportedError') throw error;
  });

  const text = 'status:failed -/detail/id:"a, b" "order 40123"';
  check(printQuery(parseQuery(text)) === text, 'a query');

  const auth = { username: 'Zoë', password: 'p' };
  const zendesk = new Zendesk({ baseUrl, auth, timeoutMs: 5000 });
  const all = await zendesk.webhookInvocations.list('w', { pageSize: 2 }).all();
  check(all.map(({ id }) => id).join('') === 'abc', 'two pages');
  check(all[0].createdAt.getTime() === Date.parse('2023-09-18T10:00:00.123Z'), 'nine digits');

  const failure = (path, options) =>
    zendesk
      .request({ path }, { retries: { strategy: 'none' }, ...options })
      .catch((error) => error);
  check((await failure('/missing')) instanceof NotFoundError, '404');
  check((await failure('/html')) instanceof ResponseValidationError, 'HTML');
  check((await failure('/hang', { timeoutMs: 50 })) instanceof TimeoutError, 'no answer');
  check((await failure('/redirect')) instanceof APIError, 'a redirect');
  check((await failure('/hang', { signal: AbortSignal.abort('x') })) === 'x', 'given up');

  const { event } = await new Hooktrail({ baseUrl, auth }).events.publish({ type: 'a.b.c' });
  check(event.id === 'e', 'publish');
};
