import { setTimeout as sleep } from 'node:timers/promises';
import { type ApiAnswer, callApi } from '@hooktrail/harness/call-api';
import { createRandom, type Random } from '@hooktrail/harness/create-random';
import { type Books, count, type NamedInvocation, type Publication } from '../books/books.ts';
import type { Audience } from '../stage/make-webhooks.ts';
import { TOKEN } from '../stage/token.ts';
import type { TortureNode } from '../stage/torture-node.ts';

interface Parts {
  readonly audience: Audience;
  readonly books: Books;
  readonly nodes: readonly TortureNode[];
  readonly seed: number;
  /** Its number among the publishers. */
  readonly number: number;
}

/** One request of a publisher, for one event or several. */
interface Posting {
  readonly path: string;
  readonly body: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly publications: readonly Publication[];
  /** Whether a repetition is the same event. */
  readonly repeatable: boolean;
  /** What the answer says of each publication, in their order. */
  readonly resultsOf: (answer: unknown) => readonly Result[];
}

interface Result {
  readonly status: number;
  readonly invocations: readonly NamedInvocation[];
}

/** A publisher gives up by itself: a node that is stopped, or has no database, does not answer. */
const TIME_LIMIT_MS = 3_000;
const PAUSE_MS = [20, 200] as const;
const MOST_TRIES = 4;

/**
 * Publishes until `ending` is aborted: single events, with and without a key, batches, and direct
 * invocations, each to a random node. It notes every 2xx in the books. After an unclear answer it
 * repeats the request if that cannot make a second event, and sometimes also after a clear one.
 */
export async function publish(parts: Parts, ending: AbortSignal): Promise<void> {
  const random = createRandom(parts.seed, `publisher ${parts.number}`);
  for (let made = 0; !ending.aborted; made++) {
    const posting = compose(parts, random, `p${parts.number}-${made}`);
    for (const publication of posting.publications) {
      parts.books.publications.set(publication.tag, publication);
    }
    for (let tries = 1; tries <= MOST_TRIES; tries++) {
      const clear = await post(parts, random, posting);
      if (!posting.repeatable || !random.chance(clear ? 0.05 : 0.7)) break;
      await pause(random.whole(100, 1_500), ending);
    }
    await pause(random.whole(...PAUSE_MS), ending);
  }
}

async function pause(ms: number, ending: AbortSignal): Promise<void> {
  await sleep(ms, undefined, { signal: ending }).catch(() => undefined);
}

function compose({ audience, books }: Parts, random: Random, name: string): Posting {
  const types = [...audience.types.keys()];
  const event = (tag: string, id?: string) => {
    const type = random.pick(types);
    const publication = open(tag, audience.types.get(type) as readonly string[]);
    const text = JSON.stringify({ type, ...(id && { id }), detail: { tag, pad: pad(random) } });
    return { publication, text };
  };
  const kind = random.whole(1, 10);
  if (kind <= 4) {
    // Three of four have a key, and may be repeated.
    const key = kind > 1;
    const { publication, text } = event(name);
    return {
      path: '/v1/events',
      body: text,
      headers: key ? { 'idempotency-key': name } : {},
      publications: [publication],
      repeatable: key,
      resultsOf: (answer) => [{ status: 202, invocations: invocationsOf(answer) }],
    };
  }
  if (kind <= 7) {
    const webhookId = random.pick(audience.direct);
    return {
      path: `/v1/webhooks/${webhookId}/invocations`,
      body: JSON.stringify({ payload: { tag: name } }),
      headers: {},
      publications: [open(name, [webhookId])],
      repeatable: false,
      resultsOf(answer) {
        const { invocation } = answer as { invocation: { id: string } };
        return [{ status: 202, invocations: [{ id: invocation.id, webhookId }] }];
      },
    };
  }
  const events = Array.from({ length: random.whole(2, 12) }, (_, index) => {
    const tag = `${name}-${index}`;
    return event(tag, tag);
  });
  return {
    path: '/v1/events/batch',
    body: `[${events.map(({ text }) => text).join()}]`,
    headers: {},
    publications: events.map(({ publication }) => publication),
    repeatable: true,
    resultsOf(answer) {
      const { results } = answer as { results: { status: number }[] };
      return results.map((result) => ({
        status: result.status,
        invocations: result.status === 202 ? invocationsOf(result) : [],
      }));
    },
  };

  function open(tag: string, webhookIds: readonly string[]): Publication {
    // A tag that is used twice would be a bug of the run, not of the server.
    if (books.publications.has(tag)) throw new Error(`${tag} was published before`);
    return { tag, webhookIds, accepted: undefined, unclear: 0 };
  }
}

/**
 * A tenth of the events is too large for a node's memory: it reads them again before it sends them.
 */
function pad(random: Random): string {
  return 'x'.repeat(random.chance(0.1) ? 9_000 : 300);
}

function invocationsOf(answer: unknown): NamedInvocation[] {
  const { invocations } = answer as { invocations: { id: string; webhook_id: string }[] };
  return invocations.map(({ id, webhook_id }) => ({ id, webhookId: webhook_id }));
}

/** Resolves to whether the answer was clear for every publication. */
async function post(parts: Parts, random: Random, posting: Posting): Promise<boolean> {
  const { books, nodes } = parts;
  const answering = nodes.filter((node) => node.answers);
  // Mostly one that seems to answer; a load balancer, too, learns late that a node does not.
  const node = random.pick(answering.length > 0 && random.chance(0.9) ? answering : nodes);
  let answer: ApiAnswer;
  try {
    answer = await callApi({
      method: 'POST',
      url: node.url + posting.path,
      token: TOKEN,
      body: posting.body,
      headers: posting.headers,
      timeLimitMs: TIME_LIMIT_MS,
    });
  } catch {
    for (const publication of posting.publications) note(books, publication, undefined);
    return false;
  }
  const results = answer.status < 300 ? posting.resultsOf(answer.body) : [];
  const clear = posting.publications.map((publication, index) =>
    note(books, publication, results[index] ?? { status: answer.status, invocations: [] }),
  );
  return clear.every(Boolean);
}

/** Notes an answer in the books, undefined if none arrived; returns whether it was clear. */
function note(books: Books, publication: Publication, result: Result | undefined): boolean {
  const { tag } = publication;
  if (result === undefined || result.status === 503) {
    count(books.answers, result === undefined ? 'none' : '503');
    publication.unclear++;
    return false;
  }
  if (result.status !== 202) {
    count(books.answers, 'other');
    books.troubles.push(`${tag} was answered with ${result.status}`);
    return true;
  }
  const before = publication.accepted;
  count(books.answers, before === undefined ? 'accepted' : 'accepted again');
  publication.accepted ??= result.invocations;
  if (idsOf(publication.accepted) !== idsOf(result.invocations)) {
    books.troubles.push(`${tag} got other invocations when it was published again`);
  }
  return true;
}

function idsOf(invocations: readonly NamedInvocation[]): string {
  return invocations
    .map(({ id }) => id)
    .sort()
    .join();
}
