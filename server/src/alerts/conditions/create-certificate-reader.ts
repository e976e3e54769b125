import type { Runner } from '../../database/database.ts';
import type { Directory } from '../../directory/directory.ts';
import type { Clock } from '../../model/clock.ts';
import { DAY_MS } from '../../model/time-units.ts';
import type { Webhook } from '../../model/webhook.ts';
import {
  type EndingCertificateRow,
  readEndingCertificates,
} from '../../sql/read-ending-certificates.ts';
import type { AlertRules, Condition, ConditionReader } from '../condition.ts';
import { AnsweredAccounts, type Sender } from './answered-accounts.ts';
import { certificateSpan } from './certificate-span.ts';
import { eachWebhook } from './each-webhook.ts';
import { worstOfAccounts } from './worst-of-accounts.ts';

interface Parts {
  readonly clock: Clock;
  readonly database: Runner;
  readonly directory: Pick<Directory, 'webhooks'>;
  /** As `AnsweredAccounts` takes it. */
  readonly monotonic?: () => number;
}

/**
 * What is made for six days is renewed in the last of them, and what is made for a year weeks before: before so much
 * of its time is left, nothing is late.
 */
const LEFT_SHARE = 0.25;

/** Twice the webhooks that an account may have by default: none hides the certificates of others. */
const MOST_READ = 20_000;

/** A subject is at most so long; a host name has up to 253 characters. */
const MOST_SUBJECT = 200;

/** An account that sends to an origin whose certificate ends. */
interface Found extends Sender {
  /** Its oldest webhook there. */
  first: Webhook;
  readonly row: EndingCertificateRow;
  readonly webhookIds: string[];
}

// A changed webhook is a new object.
const origins = new WeakMap<Webhook, string>();

/**
 * Reads the certificates of endpoints, as deliveries saw them, and the client certificates of active webhooks, that
 * end within the days of the rule or have ended. Of an endpoint each account has one, whatever number of its
 * webhooks goes there: it names the oldest of them. An account has none of an endpoint that answered none of its
 * deliveries: certificates are kept by origin, for all accounts, and who names an endpoint must not learn where others
 * deliver.
 */
export function createCertificateReader(parts: Parts): ConditionReader {
  const { clock, database, directory } = parts;
  const answered = new AnsweredAccounts(parts);
  return { kinds: ['certificate'], read };

  async function read(rules: AlertRules): Promise<readonly Condition[]> {
    const limits = limitsOf(rules);
    const nowMs = clock.now();
    const mostMs = Math.max(0, ...new Set(limits.values()));
    if (mostMs === 0) return [];
    const rows = await database.run(readEndingCertificates, {
      nowMs,
      beforeMs: nowMs + mostMs,
      share: LEFT_SHARE,
      limit: MOST_READ,
    });
    const ending = new Map(rows.map((row) => [row.origin, row]));
    const found = new Map<string, Found>();
    const conditions: Condition[] = [];
    await eachWebhook(directory, (webhook) => {
      const limitMs = limits.get(webhook.accountId);
      if (limitMs === undefined || webhook.status !== 'active') return;
      const client = webhook.clientCertificate && certificateSpan(webhook.clientCertificate);
      if (client !== undefined && isEnding(client, nowMs, limitMs)) {
        conditions.push(condition(webhook, `client ${webhook.id}`, client.endsAtMs, 'client', {}));
      }
      if (ending.size === 0) return;
      const origin = originOf(webhook);
      const row = ending.get(origin);
      if (row === undefined || row.ends_at.getTime() > nowMs + limitMs) return;
      const key = `${webhook.accountId} ${origin}`;
      const known = found.get(key);
      if (known === undefined) {
        const { accountId, id } = webhook;
        found.set(key, { accountId, first: webhook, origin, row, webhookIds: [id] });
      } else {
        known.webhookIds.push(webhook.id);
        if (webhook.id < known.first.id) known.first = webhook;
      }
    });
    // When a certificate has ended, its endpoint answers nobody: who had the alert keeps it.
    const watched = new Set(
      rules.watched('certificate').map(({ accountId, subject }) => `${accountId} ${subject}`),
    );
    const isWatched = (one: Found) => watched.has(`${one.accountId} ${subjectOf(one)}`);
    const all = [...found.values()];
    const others = await answered.among(all.filter((one) => !isWatched(one)));
    for (const one of [...all.filter(isWatched), ...others]) {
      const { first, origin, row, webhookIds } = one;
      const { ends_at, issuer, seen_at } = row;
      conditions.push(
        condition(first, subjectOf(one), ends_at.getTime(), 'endpoint', {
          host: new URL(origin).host,
          issuer,
          others: webhookIds.length - 1,
          seen_at: seen_at.toISOString(),
        }),
      );
    }
    return worstOfAccounts(conditions, rules);

    function condition(
      webhook: Webhook,
      subject: string,
      endsAtMs: number,
      which: 'client' | 'endpoint',
      facts: Condition['facts'],
    ): Condition {
      return {
        accountId: webhook.accountId,
        kind: 'certificate',
        subject,
        webhookId: webhook.id,
        value: (endsAtMs - nowMs) / DAY_MS,
        facts: {
          name: webhook.name,
          which,
          not_after: new Date(endsAtMs).toISOString(),
          ...facts,
        },
      };
    }
  }
}

const subjectOf = ({ origin }: Found) => origin.slice(0, MOST_SUBJECT);

/** How long before its end a certificate counts, by account. */
function limitsOf(rules: AlertRules): Map<number, number> {
  const limits = new Map<number, number>();
  for (const accountId of rules.accountIds) {
    const { enabled, threshold } = rules.of(accountId, 'certificate');
    if (enabled) limits.set(accountId, threshold * DAY_MS);
  }
  return limits;
}

function isEnding(
  { endsAtMs, startsAtMs }: { readonly startsAtMs: number; readonly endsAtMs: number },
  nowMs: number,
  limitMs: number,
): boolean {
  const leftMs = endsAtMs - nowMs;
  return leftMs <= limitMs && leftMs <= LEFT_SHARE * (endsAtMs - startsAtMs);
}

function originOf(webhook: Webhook): string {
  let origin = origins.get(webhook);
  if (origin === undefined) {
    origin = new URL(webhook.endpoint).origin;
    origins.set(webhook, origin);
  }
  return origin;
}
