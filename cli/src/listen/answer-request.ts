import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';

/** How to answer. */
export interface AnswerOptions {
  readonly status: number;
  readonly delay: number;
  readonly forward?: string;
  readonly secret: string | undefined;
  /** Aborts when the receiver ends: nobody waits for its delay then. */
  readonly signal: AbortSignal;
}

/** A request as it is printed. */
export interface Received {
  readonly at: Date;
  readonly method: string;
  readonly path: string;
  readonly invocationId: string | undefined;
  /** `valid`, or what is wrong with it; absent without a secret. */
  readonly signature: string | undefined;
  readonly status: number;
  readonly headers: { readonly key: string; readonly value: string }[];
  readonly body: string;
}

/** Deliveries are at most 1 MiB; a stranger's request is cut there. */
const MOST_BYTES = 16 * 1024 * 1024;

/** Headers of one connection, which another one has of its own. */
const OF_CONNECTION = new Set([
  'connection',
  'content-length',
  'host',
  'keep-alive',
  'transfer-encoding',
]);

/** Reads a request, verifies it, answers or forwards it, and returns what came. */
export async function answerRequest(
  request: IncomingMessage,
  response: ServerResponse,
  { status, delay, forward, secret, signal }: AnswerOptions,
): Promise<Received> {
  const body = await bodyOf(request);
  const { headers, method = '', url: path = '' } = request;
  const signature = secret === undefined ? undefined : await judge(secret, headers, body);
  let answered = status;
  if (delay > 0) await sleep(delay, undefined, { signal });
  if (forward === undefined) response.writeHead(status).end();
  else answered = await pass(forward, request, body, response);
  return {
    at: new Date(),
    method,
    path,
    invocationId: headers['x-zendesk-webhook-invocation-id'] as string | undefined,
    signature,
    status: answered,
    headers: pairsOf(request.rawHeaders),
    body: body.toString('utf8'),
  };
}

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > MOST_BYTES) throw new Error('the body is too long');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

async function judge(secret: string, headers: IncomingHttpHeaders, body: Buffer): Promise<string> {
  const { verifySignature } = await import('@hooktrail/sdk/signature');
  try {
    await verifySignature({ secret, headers: new Headers(flat(headers)), body });
    return 'valid';
  } catch (error) {
    return (error as { reason?: string }).reason ?? (error as Error).message;
  }
}

const flat = (headers: IncomingHttpHeaders): [string, string][] =>
  Object.entries(headers).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, Array.isArray(value) ? value.join(', ') : value]],
  );

async function pass(
  url: string,
  request: IncomingMessage,
  body: Buffer,
  response: ServerResponse,
): Promise<number> {
  const headers = flat(request.headers).filter(([name]) => !OF_CONNECTION.has(name));
  const { method = 'POST' } = request;
  try {
    const answer = await fetch(url, {
      method,
      headers,
      redirect: 'manual',
      ...(method !== 'GET' && method !== 'HEAD' && { body: new Uint8Array(body) }),
    });
    const text = Buffer.from(await answer.arrayBuffer());
    response.writeHead(answer.status, {
      'content-type': answer.headers.get('content-type') ?? 'text/plain',
    });
    response.end(text);
    return answer.status;
  } catch (error) {
    const cause = (error as Error).cause;
    const why = cause instanceof Error ? cause.message : (error as Error).message;
    response.writeHead(502, { 'content-type': 'text/plain' }).end(`hooktrail listen: ${why}\n`);
    return 502;
  }
}

function pairsOf(raw: readonly string[]): { key: string; value: string }[] {
  const pairs: { key: string; value: string }[] = [];
  for (let at = 0; at < raw.length; at += 2) {
    pairs.push({ key: raw[at] ?? '', value: raw[at + 1] ?? '' });
  }
  return pairs;
}
