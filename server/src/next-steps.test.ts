import { expect, it } from 'vitest';
import { nextSteps } from './next-steps.ts';

const url = 'http://127.0.0.1:4400';

it('shows the first token once, and only when this start made it', () => {
  const made = nextSteps({ url, firstToken: 'ht_secret', signInUrl: `${url}/console/#code=x` });
  expect(made.split('ht_secret')).toHaveLength(2);
  expect(made).toContain('only this once');
  expect(made).toContain(`${url}/console/#code=x\n`);
  const later = nextSteps({ url, firstToken: undefined, signInUrl: undefined });
  expect(later).toContain('export TOKEN=ht_...\n');
  expect(later).not.toContain('/console/');
  expect(later).toContain('HOOKTRAIL_BOOTSTRAP_TOKEN');
});

it('publishes an event that the webhook subscribes to', () => {
  const bodies = [
    ...nextSteps({ url, firstToken: undefined, signInUrl: undefined }).matchAll(/-d '([^']+)'/g),
  ];
  const [created, event] = bodies.map(([, body = '']) => JSON.parse(body));
  expect(created.webhook.subscriptions).toEqual(['order.*']);
  expect(event.type).toBe('order.paid');
});
