import type { FastifyReply } from 'fastify';
import { expect, it } from 'vitest';
import { RequestRates } from './request-rates.ts';

it('counts tokens and inboxes each for themselves, and an account with all of them', () => {
  const limits = { connections: 1, failedLoginsPerMinute: 0 };
  const rates = new RequestRates({ ...limits, tokenPerMinute: 2, accountPerMinute: 3 });
  const headers: Record<string, unknown> = {};
  const reply = { header: (name: string, value: unknown) => (headers[name] = value) };
  const take = (id: string, kind: 'token' | 'inbox', accountId = 1) =>
    rates.take({ accountId, id, kind }, reply as unknown as FastifyReply);
  take('i', 'inbox');
  expect(headers).toEqual({ 'x-rate-limit': 2, 'x-rate-limit-remaining': 1 });
  take('i', 'inbox');
  expect(() => take('i', 'inbox')).toThrow('this inbox is limited to 2 requests per minute');
  take('t', 'token');
  expect(() => take('t', 'token')).toThrow('this account is limited to 3 requests per minute');
  expect(() => take('t', 'token')).toThrow('this token is limited to 2 requests per minute');
  take('o', 'inbox', 2);
});
