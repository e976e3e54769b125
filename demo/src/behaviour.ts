import type { ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';

/** How an endpoint behaves. */
export type Behaviour = 'healthy' | 'slow' | 'recovering' | 'forbidden' | 'silent';

/** Answers a request by its behaviour; `visit` counts the requests of one invocation from 1. */
export const BEHAVIOURS: Readonly<
  Record<Behaviour, (response: ServerResponse, visit: number) => Promise<void> | void>
> = {
  healthy: (response) => answer(response, 200, { received: true }),
  async slow(response) {
    await sleep(1_500);
    answer(response, 200, { received: true });
  },
  recovering(response, visit) {
    if (visit > 2) answer(response, 200, { received: true });
    else answer(response, 500, { error: 'database is locked', visit });
  },
  forbidden: (response) =>
    answer(response, 403, { error: 'forbidden', message: 'This token may not change articles.' }),
  // Keeps the connection open until the sender gives up.
  silent: () => undefined,
};

function answer(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}
