import { openTrail, type Trail } from './open-trail.ts';
import { type Hooktrail, startHooktrail } from './start-hooktrail.ts';
import { createWebhooks, type Webhooks } from './webhooks.ts';

/** A server with a database of its own, and the ways to both. */
export interface Place {
  readonly hooktrail: Hooktrail;
  readonly webhooks: Webhooks;
  /** The way to the server's database beside the server. */
  readonly trail: Trail;
  /** Ends it; resolves to what the server warned of. */
  stop(): Promise<readonly string[]>;
}

interface Options {
  /** Where V8's profile of the server is written, if anywhere. */
  readonly profileDir: string | undefined;
}

export async function startPlace(options: Options): Promise<Place> {
  const hooktrail = await startHooktrail(options);
  const trail = openTrail(hooktrail.databaseUrl);
  return {
    hooktrail,
    webhooks: createWebhooks(hooktrail.url),
    trail,
    async stop() {
      await trail.close();
      return hooktrail.stop();
    },
  };
}
