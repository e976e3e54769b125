import type { AlertKind } from '../model/alert.ts';
import { showDuration } from '../model/show-duration.ts';
import { SECOND_MS } from '../model/time-units.ts';
import type { AlertFacts } from './condition.ts';

/** What an alert says. */
export interface AlertWords {
  /** What happened, with numbers. */
  readonly summary: string;
  /** What to do. */
  readonly advice: string;
  /** The screen of the console that shows it. */
  readonly path: string;
}

/** The part of an alert that its words are made of. */
export interface Worded {
  readonly kind: AlertKind;
  readonly subject: string;
  readonly webhookId?: string | undefined;
  readonly sourceId?: string | undefined;
  readonly jobId?: string | undefined;
  readonly node?: string | undefined;
  readonly value: number;
  readonly threshold: number;
  readonly facts: AlertFacts;
}

const CONSOLE = '/console';

/** Says in words what happened and what to do. Each kind lists the facts that it needs. */
export function alertWords(alert: Worded): AlertWords {
  return { ...WORDS[alert.kind](alert), path: pathOf(alert) };
}

type Say = (alert: Worded) => Pick<AlertWords, 'summary' | 'advice'>;

const WORDS: Readonly<Record<AlertKind, Say>> = {
  /** name, failed, settled, window_seconds */
  failing: ({ facts, value }) => ({
    summary: `Webhook ${quoted(facts)}: ${num(facts, 'failed')} of ${num(facts, 'settled')} invocations failed (${percent(value)}) within ${seconds(facts, 'window_seconds')}`,
    advice:
      'Look at the latest failed attempts for what the endpoint answers. When it works again, replay the failed invocations.',
  }),
  /** name, failed, settled, window_seconds */
  failures: ({ facts }) => ({
    summary: `Webhook ${quoted(facts)}: ${num(facts, 'failed')} invocations failed within ${seconds(facts, 'window_seconds')}`,
    advice:
      'Look at the latest failed attempts for what the endpoint answers. When it works again, replay the failed invocations.',
  }),
  /** failed, settled, window_seconds */
  account_failing: ({ facts, value }) => ({
    summary: `The account: ${num(facts, 'failed')} of ${num(facts, 'settled')} invocations failed (${percent(value)}) within ${seconds(facts, 'window_seconds')}`,
    advice:
      'Many webhooks at once point at what they share: the network, DNS, an egress proxy, or one host behind all endpoints. Count failures by webhook and error.',
  }),
  /** name, paused (1 or 0) */
  backlog: ({ facts, value }) => ({
    summary: `Webhook ${quoted(facts)}: the oldest due invocation has been waiting for ${duration(value)}${facts['paused'] === 1 ? '; the webhook is paused' : ''}`,
    advice:
      facts['paused'] === 1
        ? 'Resume the webhook, or mute it while it must stay paused.'
        : 'See what holds it back: breaker, rate limit or a slow endpoint. If all webhooks are late, add nodes.',
  }),
  /** name, reason */
  breaker: ({ facts, value }) => ({
    summary: `Webhook ${quoted(facts)}: its circuit breaker has not been closed for ${duration(value)}: ${text(facts, 'reason')}`,
    advice:
      'The endpoint fails. Invocations wait, and none is lost. Fix the endpoint; a probe closes the breaker by itself.',
  }),
  /** name */
  deactivated: ({ facts }) => ({
    summary: `Webhook ${quoted(facts)} was switched to inactive: its endpoint answered 410 Gone`,
    advice:
      'If the endpoint still exists, set the webhook to active again: what was published since then was not delivered to it. Otherwise delete the webhook.',
  }),
  /** job_kind, reason */
  job: ({ facts, subject }) => ({
    summary: `Job ${subject} (${text(facts, 'job_kind')}) stopped by itself: ${text(facts, 'reason')}`,
    advice: 'Fix what stopped it, then resume the job, or cancel it.',
  }),
  /** name; error, where the last request failed */
  source: ({ facts, value }) => ({
    summary: `Source ${quoted(facts)}: its archive is ${duration(value)} behind${facts['error'] === undefined ? '' : `: ${text(facts, 'error')}`}`,
    advice:
      'The remote service forgets its log after seven days. Check the credentials of the source, its status and its share of the rate budget.',
  }),
  /** name */
  gap: ({ facts, value }) => ({
    summary: `Source ${quoted(facts)}: ${value} new ${value === 1 ? 'gap' : 'gaps'}: what finished in ${value === 1 ? 'it' : 'them'} is unknown`,
    advice:
      'Nothing can fill a gap. See which webhooks and times it concerns, and ask the receivers. Acknowledge this when it is dealt with.',
  }),
  /** name, window_seconds */
  reconcile: ({ facts, value }) => ({
    summary: `Source ${quoted(facts)}: ${value} ${value === 1 ? 'invocation' : 'invocations'} sent within ${seconds(facts, 'window_seconds')} did not arrive`,
    advice: 'List what did not arrive, and resend it from the archive.',
  }),
  /** free_bytes, growth_bytes (a day); or database_bytes, limit_bytes */
  storage: ({ facts, value }) => {
    const isFull = value <= 0;
    if (facts['limit_bytes'] === undefined) {
      return {
        summary: `The disk of the database is full${isFull ? '' : ` in ${days(value)}`}: ${bytes(facts, 'free_bytes')} are free, and the database grows by ${bytes(facts, 'growth_bytes')} a day`,
        advice: 'Enlarge the disk, or keep the trail for fewer days.',
      };
    }
    return {
      summary: `The database ${isFull ? 'has reached its limit' : `reaches its limit in ${days(value)}`}: it has ${bytes(facts, 'database_bytes')} of ${bytes(facts, 'limit_bytes')}`,
      advice: 'Give it more room (HOOKTRAIL_DATABASE_BYTES), or keep the trail for fewer days.',
    };
  },
  /** host, address */
  node: ({ facts, value }) => ({
    summary: `Node ${text(facts, 'address')} on ${text(facts, 'host')} has been silent for ${duration(value)} and did not stop`,
    advice:
      'Others took over its work. Start it again, or see why it was killed: memory, the machine, its connection to the database.',
  }),
  /** name, which ('endpoint' or 'client'), not_after; of an endpoint host, and others: more webhooks that send there */
  certificate: ({ facts, value }) => ({
    summary: `${senders(facts)}: the ${certificate(facts)} ${value > 0 ? `ends in ${days(value)},` : 'ended'} at ${text(facts, 'not_after')}`,
    advice:
      facts['which'] === 'client'
        ? 'Replace the client certificate of the webhook.'
        : 'Ask those who run the endpoint to renew its certificate: deliveries fail when it has ended. The next delivery over a new connection sees the new one.',
  }),
  /** name, until */
  secret: ({ facts, value }) => ({
    summary: `Webhook ${quoted(facts)}: the old signing secret stops signing in ${duration(value * 3_600)}, at ${text(facts, 'until')}`,
    advice: 'Make sure that the receiver verifies with the new secret before that.',
  }),
};

function pathOf({ jobId, kind, sourceId, webhookId }: Worded): string {
  if (webhookId !== undefined) return `${CONSOLE}/webhooks/${webhookId}`;
  if (jobId !== undefined) return `${CONSOLE}/jobs/${jobId}`;
  if (sourceId !== undefined) return `${CONSOLE}/sources/${sourceId}`;
  if (kind === 'storage' || kind === 'node') return `${CONSOLE}/storage`;
  return `${CONSOLE}/`;
}

/** A fact as text. Alerts of an older version may have none. */
const text = (facts: AlertFacts, name: string): string => String(facts[name] ?? 'unknown');

const quoted = (facts: AlertFacts): string => JSON.stringify(text(facts, 'name'));

const num = (facts: AlertFacts, name: string): string => {
  const value = facts[name];
  return typeof value === 'number' ? value.toLocaleString('en-US') : text(facts, name);
};

const duration = (inSeconds: number): string => showDuration(inSeconds * SECOND_MS);

const seconds = (facts: AlertFacts, name: string): string => duration(Number(facts[name] ?? 0));

const percent = (share: number): string => `${Math.round(1_000 * share) / 10} %`;

const days = (value: number): string => {
  const rounded = Math.max(0, Math.round(10 * value) / 10);
  return `${rounded} ${rounded === 1 ? 'day' : 'days'}`;
};

const MIB = 1_024 ** 2;
const GIB = 1_024 ** 3;

const bytes = (facts: AlertFacts, name: string): string => {
  const value = Number(facts[name] ?? 0);
  const [unit, text] = Math.abs(value) < GIB ? [MIB, 'MiB'] : [GIB, 'GiB'];
  return `${Math.round((10 * value) / unit) / 10} ${text}`;
};

const certificate = (facts: AlertFacts): string =>
  facts['which'] === 'client' ? 'client certificate' : `certificate of ${text(facts, 'host')}`;

const senders = (facts: AlertFacts): string => {
  const others = Number(facts['others'] ?? 0);
  return `Webhook ${quoted(facts)}${others > 0 ? ` and ${others} more` : ''}`;
};
