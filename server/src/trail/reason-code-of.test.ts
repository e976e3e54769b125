import { describe, expect, it } from 'vitest';
import type { Account } from '../model/account.ts';
import type { Webhook } from '../model/webhook.ts';
import { heldReasonOf } from './held-reason-of.ts';
import { reasonCodeOf } from './reason-code-of.ts';

const NOW_MS = Date.UTC(2031, 4, 15);
const LATER = new Date(NOW_MS + 1);
const EARLIER = new Date(NOW_MS - 1);
const NONE = { suspendedAt: undefined } as Account;
const ACTIVE = { status: 'active', paused: undefined } as Webhook;
const INACTIVE = { ...ACTIVE, status: 'inactive' } as Webhook;
const PAUSED = { ...ACTIVE, paused: { at: EARLIER, by: 'me' } } as Webhook;
const SUSPENDED = { suspendedAt: EARLIER } as Account;

const code = (
  row: { due_at: Date | null; leased?: boolean; reason_code?: 'retry' | 'exhausted' | null },
  webhook: Webhook | undefined = ACTIVE,
  account: Account = NONE,
) =>
  reasonCodeOf(
    { leased: false, reason_code: 'retry', ...row },
    heldReasonOf(account, webhook),
    NOW_MS,
  );

describe('reasonCodeOf', () => {
  it('is what is recorded', () => {
    expect(code({ due_at: LATER })).toBe('retry');
    expect(code({ due_at: null, reason_code: 'exhausted' })).toBe('exhausted');
    expect(code({ due_at: EARLIER, reason_code: null })).toBeNull();
  });

  it('is what holds all of the webhook, while it waits', () => {
    expect(code({ due_at: EARLIER, reason_code: null }, PAUSED)).toBe('paused');
    expect(code({ due_at: LATER }, INACTIVE)).toBe('inactive');
    expect(code({ due_at: LATER }, { ...PAUSED, status: 'inactive' })).toBe('inactive');
    expect(code({ due_at: LATER }, PAUSED, SUSPENDED)).toBe('suspended');
    expect(code({ due_at: EARLIER, leased: true }, PAUSED)).toBe('paused');
  });

  it('is not that of one in flight, or final, or of a deleted webhook', () => {
    expect(code({ due_at: LATER, leased: true }, PAUSED)).toBe('retry');
    expect(code({ due_at: null, reason_code: 'exhausted' }, PAUSED)).toBe('exhausted');
    expect(
      reasonCodeOf(
        { due_at: LATER, leased: false, reason_code: 'retry' },
        heldReasonOf(SUSPENDED, undefined),
        NOW_MS,
      ),
    ).toBe('retry');
  });
});
