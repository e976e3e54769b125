import { openTrail, type Trail } from './open-trail.ts';
import { type Hooktrail, type HooktrailOptions, startHooktrail } from './start-hooktrail.ts';
import { createWebhooks, type Webhooks } from './webhooks.ts';

/** A server with its own database, and access to both. */
export interface Place {
  readonly hooktrail: Hooktrail;
  readonly webhooks: Webhooks;
  /** The server's database, read beside the server. */
  readonly trail: Trail;
  /** Stops it; resolves to the warnings that the server logged. */
  stop(): Promise<readonly string[]>;
}

/** Starts a server with its own database. */
export async function startPlace(options: HooktrailOptions): Promise<Place> {
  const hooktrail = await startHooktrail(options);
  const trail = openTrail(hooktrail.databaseUrl);
  let stopping: Promise<readonly string[]> | undefined;
  return {
    hooktrail,
    webhooks: createWebhooks(hooktrail.url),
    trail,
    stop() {
      stopping ??= trail.close().then(() => hooktrail.stop());
      return stopping;
    },
  };
}
