import fc from 'fast-check';
import { isId } from '../../model/ids.ts';
import { checkAnswer } from './check-answer.ts';
import { RawConnection } from './raw-connection.ts';
import { type Document, type FuzzRequest, requestsOf } from './requests-of.ts';

interface Options {
  readonly document: Document;
  readonly port: number;
  readonly requests: number;
  readonly seed: number;
  /** The values of Authorization headers, by the names that requests use. */
  readonly credentials: Readonly<Record<string, string>>;
  /** Texts that no answer may contain. */
  readonly secrets: readonly string[];
  /** Texts that only a request to reveal something may be answered with. */
  readonly revealed: readonly string[];
  /** The first known ids, by kind. */
  readonly things: Readonly<Record<string, readonly string[]>>;
}

/** The result of a run. */
export interface FuzzReport {
  readonly answers: Readonly<Record<number, number>>;
  readonly failures: readonly string[];
  readonly slowestMs: number;
  readonly perSecond: number;
}

/** Longer than the 12 s that a test of a webhook may take. */
const PATIENCE_MS = 15_000;
const CONNECTIONS = 8;
const REVEALS = /\/reveal\/*(?:\?|$)/;
const AT_ONCE = 500;

/** With more webhooks the run would test fan-out rather than the API. */
const MOST_THINGS = 40;

/**
 * Sends requests and checks every answer. Later requests use what earlier ones created; the surplus
 * is deleted.
 */
export async function fuzzRun(options: Options): Promise<FuzzReport> {
  const { credentials, document, port, requests, revealed, secrets, seed } = options;
  const arbitrary = requestsOf(document);
  const answered = Object.values(document.paths)
    .flatMap((path) => Object.values(path))
    .flatMap(({ responses = {} }) => Object.values(responses))
    .flatMap(({ content = {} }) => Object.keys(content));
  const texts = new Set(answered.filter((type) => type !== 'application/json'));
  const things = new Map<string, string[]>(
    Object.entries(options.things).map(([kind, ids]) => [kind, [...ids]]),
  );
  const answers: Record<number, number> = {};
  const failures: string[] = [];
  let slowestMs = 0;

  function resolved(text: string): string {
    return text.replace(/\u00a7(\w+)(?:\.(\d+))?\u00a7/g, (_whole, kind: string, number = '0') => {
      const credential = credentials[kind];
      if (credential !== undefined) return credential;
      const ids = kind === 'any' ? [...things.values()].flat() : (things.get(kind) ?? []);
      return ids[Number(number) % Math.max(1, ids.length)] ?? 'nothing';
    });
  }

  function bytesOf({ method, target, headers, body }: FuzzRequest): Buffer {
    const lines = [`${method} ${resolved(target)} HTTP/1.1`];
    for (const [name, value] of headers) lines.push(`${name}: ${resolved(value)}`);
    // The marks are UTF-8 bytes in a Latin-1 text here; this restores them for `resolved`.
    const content =
      body === undefined
        ? Buffer.alloc(0)
        : Buffer.from(resolved(body.replaceAll('\xc2\xa7', '\u00a7')), 'latin1');
    if (body !== undefined) lines.push(`Content-Length: ${content.length}`);
    return Buffer.concat([Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1'), content]);
  }

  /**
   * Keeps a new id for later requests; returns the path of the one to delete, if there are too
   * many.
   */
  function keep(kind: string, id: string): string | undefined {
    const ids = things.get(kind) ?? [];
    things.set(kind, [...ids, id]);
    if (ids.length < MOST_THINGS || kind === 'account') return undefined;
    const surplus = ids[1] as string;
    things.set(kind, [...ids.filter((one) => one !== surplus), id]);
    if (kind === 'webhook') return `/api/v2/webhooks/${surplus}`;
    return kind === 'token' ? `/v1/tokens/${surplus}` : undefined;
  }

  async function learn(connection: RawConnection, body: string): Promise<void> {
    const value = JSON.parse(body || 'null');
    const found: [string, unknown][] = [
      ['webhook', value?.webhook?.id],
      ['token', value?.token?.id],
      ['account', value?.account?.id],
      ['invocation', value?.invocation?.id ?? value?.invocations?.[0]?.id],
      ['cursor', value?.meta?.after_cursor ?? value?.meta?.before_cursor],
    ];
    for (const [kind, id] of found) {
      if (id === undefined || things.get(kind)?.includes(String(id))) continue;
      const surplus = keep(kind, String(id));
      if (surplus === undefined || !isId(surplus.split('/').at(-1) as string)) continue;
      const auth = `Authorization: ${credentials['operator']}`;
      await connection.send(
        Buffer.from(`DELETE ${surplus} HTTP/1.1\r\nHost: x\r\n${auth}\r\n\r\n`),
      );
    }
  }

  async function tryOne(connection: RawConnection, request: FuzzRequest): Promise<void> {
    const bytes = bytesOf(request);
    const withoutBody = request.method === 'HEAD';
    const startedMs = performance.now();
    let problem: string | undefined;
    try {
      const answer = await connection.send(bytes, { withoutBody });
      answers[answer.status] = (answers[answer.status] ?? 0) + 1;
      const mayReveal = REVEALS.test(request.target);
      const hidden = mayReveal ? secrets : [...secrets, ...revealed];
      problem = checkAnswer(answer, hidden, texts, withoutBody);
      if (problem !== undefined) problem += `\n${answer.head}\n\n${answer.body.slice(0, 500)}`;
      else if (
        answer.status < 300 &&
        !withoutBody &&
        /^content-type: application\/json/im.test(answer.head)
      )
        await learn(connection, answer.body);
    } catch (error) {
      problem = (error as Error).message;
    }
    slowestMs = Math.max(slowestMs, performance.now() - startedMs);
    if (problem !== undefined) {
      failures.push(`${problem}\n--- answered:\n${bytes.toString('latin1').slice(0, 1_500)}\n`);
    }
  }

  const startedMs = performance.now();
  const connections = Array.from(
    { length: CONNECTIONS },
    () => new RawConnection(port, PATIENCE_MS),
  );
  for (let done = 0; done < requests && failures.length < 10; done += AT_ONCE) {
    const numRuns = Math.min(AT_ONCE, requests - done);
    const queue = fc.sample(arbitrary, { numRuns, seed: seed + done });
    await Promise.all(
      connections.map(async (connection) => {
        for (let next = queue.pop(); next !== undefined; next = queue.pop()) {
          await tryOne(connection, next);
        }
      }),
    );
  }
  for (const connection of connections) connection.close();
  const seconds = (performance.now() - startedMs) / 1_000;
  return { answers, failures, slowestMs, perSecond: Math.round(requests / seconds) };
}
