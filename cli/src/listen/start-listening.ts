import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { EXIT, type ExitCode } from '../failures/exit-codes.ts';
import { usageFailure } from '../failures/usage-failure.ts';
import { secretOf } from '../input/secret-of.ts';
import type { Context } from '../session/context.ts';
import { receivedView } from '../views/received-view.ts';
import { answerRequest, type Received } from './answer-request.ts';
import { createArrivals } from './create-arrivals.ts';

/** What the receiver does. */
export interface ListenOptions {
  readonly port: number;
  readonly host: string;
  readonly status: number;
  readonly delay: number;
  readonly forward?: string;
  readonly secret?: string;
  readonly webhook?: string;
  readonly create?: string;
  readonly subscribe?: readonly string[];
  readonly count?: number;
}

/**
 * Receives until Ctrl-C, or until `count` requests have come.
 *
 * @returns 1 when a signature was not valid
 */
export async function startListening(context: Context, options: ListenOptions): Promise<ExitCode> {
  const { create, secret, webhook, subscribe, count, signal } = {
    ...options,
    signal: context.signal,
  };
  if (subscribe !== undefined && create === undefined) {
    throw usageFailure('--subscribe belongs to --create');
  }
  if (create !== undefined && (secret ?? webhook) !== undefined) {
    throw usageFailure(
      '--create makes a webhook with its own secret: leave out --secret and --webhook',
    );
  }
  const hasSecret =
    secret !== undefined ||
    webhook !== undefined ||
    Boolean(context.terminal.environment['HOOKTRAIL_SIGNING_SECRET']);
  let key = create === undefined && hasSecret ? await secretOf(context, options) : undefined;

  const end = new AbortController();
  const open = AbortSignal.any([signal, end.signal]);
  const arrivals = createArrivals<Received>(signal);
  const server = createServer((request, response) => {
    answerRequest(request, response, { ...options, secret: key, signal: open }).then(
      (received) => arrivals.add(received),
      () => response.destroy(),
    );
  });
  await once(server.listen(options.port, options.host), 'listening');
  const { port } = server.address() as AddressInfo;
  const host = options.host.includes(':') ? `[${options.host}]` : options.host;
  const url = `http://${host}:${port}/`;
  context.note(`listening on ${url}`, { url });

  let created: string | undefined;
  let invalid = false;
  try {
    if (create !== undefined) {
      const hooktrail = await context.hooktrail();
      const made = await hooktrail.webhooks.create(
        {
          name: create,
          endpoint: url,
          httpMethod: 'POST',
          requestFormat: 'json',
          status: 'active',
          subscriptions: subscribe ?? ['*'],
        },
        { signal },
      );
      created = made.id;
      key = (await hooktrail.webhooks.getSigningSecret(made.id, { signal })).secret;
      context.note(`created the webhook "${create}" (${made.id})`, { webhook: made.id });
    }
    const rows = async function* (): AsyncGenerator<object, void, undefined> {
      let left = count ?? Number.POSITIVE_INFINITY;
      for await (const received of arrivals) {
        // What came before the key was known has no signature to judge.
        if (received.signature !== undefined && received.signature !== 'valid') invalid = true;
        yield received;
        if (--left === 0) return;
      }
    };
    await context.printer.list(rows(), receivedView, true);
  } finally {
    end.abort();
    server.close();
    server.closeAllConnections();
    // Without the signal: Ctrl-C is the usual end, and the webhook goes then too.
    if (created !== undefined) {
      await (await context.hooktrail()).webhooks.delete(created);
      context.note(`deleted the webhook ${created}`, { deleted: created });
    }
  }
  return invalid ? EXIT.failed : EXIT.ok;
}
