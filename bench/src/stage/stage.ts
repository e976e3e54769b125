import type { BareAccept } from '../helpers/bare-accept.ts';
import type { BareInsert } from '../helpers/bare-insert.ts';
import type { BarePost } from '../helpers/bare-post.ts';
import type { LoadGenerator } from '../helpers/load-generator.ts';
import type { Receiver } from '../helpers/receiver.ts';
import type { Trail } from './open-trail.ts';
import { openTrail } from './open-trail.ts';
import { type Helper, startHelper } from './start-helper.ts';
import { type Hooktrail, startHooktrail } from './start-hooktrail.ts';
import { createWebhooks, type Webhooks } from './webhooks.ts';

/** All that a scenario runs on. Each part is a process of its own. */
export interface Stage {
  readonly hooktrail: Hooktrail;
  readonly webhooks: Webhooks;
  /** The way to the server's database beside the server. */
  readonly trail: Trail;
  readonly generator: Helper<LoadGenerator>;
  readonly receiver: Helper<Receiver>;
  readonly bareAccept: Helper<BareAccept>;
  readonly bareInsert: Helper<BareInsert>;
  readonly barePost: Helper<BarePost>;
  /** The process ids of the harness itself, without what is measured. */
  readonly harness: readonly number[];
  /** Ends everything; resolves to what the server warned of. */
  stop(): Promise<readonly string[]>;
}

interface Options {
  readonly profileDir: string | undefined;
}

/** Starts everything. The processes that are not used by a scenario wait and cost nothing. */
export async function startStage(options: Options): Promise<Stage> {
  const generator = startHelper<LoadGenerator>('load-generator');
  const receiver = startHelper<Receiver>('receiver');
  const bareAccept = startHelper<BareAccept>('bare-accept');
  const bareInsert = startHelper<BareInsert>('bare-insert');
  const barePost = startHelper<BarePost>('bare-post');
  const helpers = [generator, receiver, bareAccept, bareInsert, barePost];
  const stopHelpers = () => Promise.all(helpers.map((helper) => helper.stop()));
  let hooktrail: Hooktrail;
  try {
    hooktrail = await startHooktrail(options);
  } catch (error) {
    await stopHelpers();
    throw error;
  }
  const trail = openTrail(hooktrail.databaseUrl);
  let stopping: Promise<readonly string[]> | undefined;

  return {
    hooktrail,
    webhooks: createWebhooks(hooktrail.url),
    trail,
    generator,
    receiver,
    bareAccept,
    bareInsert,
    barePost,
    harness: [process.pid, generator.pid, receiver.pid],
    stop() {
      stopping ??= (async () => {
        await trail.close();
        const warnings = await hooktrail.stop();
        await stopHelpers();
        return warnings;
      })();
      return stopping;
    },
  };
}
