import {
  type Webhook,
  type WebhookInvocation,
  type WebhookInvocationAttempt,
  Zendesk,
} from '@hooktrail/sdk';
import type { Fetch } from '../../http-client/create-fetch.ts';
import type { Clock } from '../../model/clock.ts';
import type { SourceCredentials } from '../../model/source.ts';
import { type ServiceClock, serviceClock } from './service-clock.ts';
import { whyFailed } from './why-failed.ts';

/** What an answer says beside its body; its clock is one of whole seconds. */
export interface AnswerFacts extends ServiceClock {
  /** Requests that it allows a minute, and how many of them are left. */
  readonly limit: number | undefined;
  readonly remaining: number | undefined;
}

/** A page of a list of a source. */
export interface RemotePage<Item> {
  readonly items: readonly Item[];
  /** Of the next page; undefined at the end. */
  readonly after: string | undefined;
  readonly facts: AnswerFacts;
}

/**
 * A remote account. Each call is one request.
 *
 * @throws RemoteFailure
 */
export interface Remote {
  webhooks(after?: string, size?: number): Promise<RemotePage<Webhook>>;
  /** Newest first. */
  invocations(
    webhookId: string,
    after: string | undefined,
    size?: number,
  ): Promise<RemotePage<WebhookInvocation>>;
  /** Newest first. */
  attempts(
    webhookId: string,
    invocationId: string,
    after: string | undefined,
  ): Promise<RemotePage<WebhookInvocationAttempt>>;
  signingSecret(webhookId: string): Promise<string>;
  /** What the last answer said, a refusal too. */
  readonly facts: AnswerFacts | undefined;
}

interface Parts {
  readonly baseUrl: string;
  readonly clock: Clock;
  readonly credentials: SourceCredentials;
  readonly fetch: Fetch;
  readonly signal: AbortSignal;
  readonly timeoutMs?: number;
}

/** The lease of a source outlasts a request that takes as long. */
const TIMEOUT_MS = 20_000;

const PAGE = 100;

/** Payloads of up to 256 KB each, and the answers beside them. */
const ATTEMPTS_PAGE = 20;

/** Makes what asks a remote account. Its caller retries: it knows what else waits for the budget. */
export function createRemote({
  baseUrl,
  clock,
  credentials,
  fetch,
  signal,
  timeoutMs = TIMEOUT_MS,
}: Parts): Remote {
  let facts: AnswerFacts | undefined;
  const client = new Zendesk({
    baseUrl,
    auth: credentials,
    timeoutMs,
    retries: { strategy: 'none' },
    fetch: async (url, init) => {
      // Where no answer comes, the one before says nothing of this moment.
      facts = undefined;
      const answer = await fetch(url, init);
      facts = factsOf(answer.headers, clock.now());
      return answer;
    },
  });
  const options = { signal };

  async function page<Item>(
    load: () => Promise<{
      readonly items: readonly Item[];
      readonly afterCursor?: string | undefined;
      hasNext(): boolean;
    }>,
  ): Promise<RemotePage<Item>> {
    try {
      const loaded = await load();
      return {
        items: loaded.items,
        after: loaded.hasNext() ? loaded.afterCursor : undefined,
        facts: facts as AnswerFacts,
      };
    } catch (error) {
      signal.throwIfAborted();
      throw whyFailed(error);
    }
  }

  return {
    get facts() {
      return facts;
    },

    webhooks: (after, size = PAGE) =>
      page(() => client.webhooks.list({ pageSize: size, pageAfter: after }, options)),

    invocations: (webhookId, after, size = PAGE) =>
      page(() =>
        client.webhookInvocations.list(
          webhookId,
          { pageSize: size, pageAfter: after, sort: '-latest_completed_at' },
          options,
        ),
      ),

    attempts: (webhookId, invocationId, after) =>
      page(() =>
        client.webhookInvocations.attempts(
          webhookId,
          invocationId,
          { pageSize: ATTEMPTS_PAGE, pageAfter: after },
          options,
        ),
      ),

    async signingSecret(webhookId) {
      try {
        const { secret } = await client.webhooks.getSigningSecret(webhookId, options);
        return secret;
      } catch (error) {
        signal.throwIfAborted();
        throw whyFailed(error);
      }
    },
  };
}

function factsOf(headers: Headers, nowMs: number): AnswerFacts {
  const number = (name: string) => {
    const text = headers.get(name)?.trim() ?? '';
    return /^\d{1,7}$/.test(text) ? Number(text) : undefined;
  };
  const date = Date.parse(headers.get('date') ?? '');
  return {
    ...serviceClock(Number.isNaN(date) ? 0 : date - nowMs, nowMs),
    limit: number('x-rate-limit') ?? number('ratelimit-limit'),
    remaining: number('x-rate-limit-remaining') ?? number('ratelimit-remaining'),
  };
}
