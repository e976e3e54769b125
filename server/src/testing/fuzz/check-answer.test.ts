import { expect, it } from 'vitest';
import { checkAnswer } from './check-answer.ts';

const answer = (message: string) => ({
  status: 422,
  head: 'HTTP/1.1 422 Unprocessable Entity\r\nx-request-id: r\r\ncontent-type: application/json; charset=utf-8',
  body: JSON.stringify({
    error: { code: 'InvalidBody', title: 'Unprocessable Entity', message },
    errors: [{ code: 'not_allowed', title: 'Not allowed', detail: message, message }],
  }),
});
const check = (message: string) => checkAnswer(answer(message), [], new Set(), false);

it.each([
  'source.base_url must let us list webhooks: GET https://a.example/api/v2/webhooks?page%5Bsize%5D=1 failed: Error: no name server is reachable (ECONNREFUSED a.example)',
  'webhook.name must be a string of 1 to 255 characters',
])('lets pass what is of the caller: %s', (message) => {
  expect(check(message)).toBeUndefined();
});

it.each([
  'the database is not available: connect ECONNREFUSED 127.0.0.1:5432',
  'source.base_url must let us list webhooks: connect ECONNREFUSED 127.0.0.1:5432',
])('finds what is of ours: %s', (message) => {
  expect(check(message)).toBe('it contains ECONN');
});
