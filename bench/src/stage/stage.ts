import type { BareAccept } from '../helpers/bare-accept.ts';
import type { BareInsert } from '../helpers/bare-insert.ts';
import type { BarePost } from '../helpers/bare-post.ts';
import type { BareRead } from '../helpers/bare-read.ts';
import type { FastReceiver } from '../helpers/fast-receiver.ts';
import type { LoadGenerator } from '../helpers/load-generator.ts';
import type { Onlookers } from '../helpers/onlookers.ts';
import type { Tabs } from '../helpers/tabs.ts';
import { type Helper, startHelper } from './start-helper.ts';
import type { HooktrailOptions } from './start-hooktrail.ts';
import { type Place, startPlace } from './start-place.ts';
import type { Server } from './start-server.ts';

/**
 * The processes that a scenario runs on: servers with their databases, the load and the receiver.
 */
export interface Stage extends Place {
  /** Starts a second server with its own database, once. */
  second(): Promise<Place>;
  /**
   * Starts a server with an empty database of its own, and with these settings. It stops with the stage, unless the
   * caller stops it before.
   */
  place(
    env: Readonly<Record<string, string>>,
    options?: Pick<HooktrailOptions, 'flags' | 'profileDir'>,
  ): Promise<Place>;
  /** Starts or stops nodes on the stage's database until there are `count`, the first included. */
  nodes(count: number): Promise<readonly Server[]>;
  readonly generator: Helper<LoadGenerator>;
  readonly receiver: Helper<FastReceiver>;
  readonly bareAccept: Helper<BareAccept>;
  readonly bareInsert: Helper<BareInsert>;
  readonly barePost: Helper<BarePost>;
  readonly bareRead: Helper<BareRead>;
  readonly onlookers: Helper<Onlookers>;
  readonly tabs: Helper<Tabs>;
  /** The process ids of the load, the receiver and this process, whose use is shown apart. */
  readonly harness: readonly number[];
}

interface Options {
  readonly profileDir: string | undefined;
  /** The folder that its servers begin with a copy of; undefined: with an empty database. */
  readonly template: string | undefined;
}

/** Starts a stage. Processes that a scenario does not use wait and cost nothing. */
export async function startStage(options: Options): Promise<Stage> {
  const generator = startHelper<LoadGenerator>('load-generator');
  const receiver = startHelper<FastReceiver>('fast-receiver');
  const bareAccept = startHelper<BareAccept>('bare-accept');
  const bareInsert = startHelper<BareInsert>('bare-insert');
  const barePost = startHelper<BarePost>('bare-post');
  const bareRead = startHelper<BareRead>('bare-read');
  const onlookers = startHelper<Onlookers>('onlookers');
  const tabs = startHelper<Tabs>('tabs');
  const readers = [bareRead, onlookers, tabs];
  const helpers = [generator, receiver, bareAccept, bareInsert, barePost, ...readers];
  const stopHelpers = () => Promise.all(helpers.map((helper) => helper.stop()));
  let place: Place;
  try {
    place = await startPlace(options);
  } catch (error) {
    await stopHelpers();
    throw error;
  }
  const { hooktrail } = place;
  const more: Server[] = [];
  const warnings: string[] = [];
  const places: Promise<Place>[] = [];
  let second: Promise<Place> | undefined;
  let stopping: Promise<readonly string[]> | undefined;

  async function nodes(count: number): Promise<readonly Server[]> {
    while (more.length > count - 1) warnings.push(...((await more.pop()?.stop()) ?? []));
    while (more.length < count - 1) more.push(await hooktrail.startNode());
    return [hooktrail, ...more];
  }

  return {
    ...place,
    second: () => {
      if (second === undefined) {
        second = startPlace({ template: options.template });
        places.push(second);
      }
      return second;
    },
    place: (env, options) => {
      const place = startPlace({ ...options, env });
      places.push(place);
      return place;
    },
    nodes,
    generator,
    receiver,
    bareAccept,
    bareInsert,
    barePost,
    bareRead,
    onlookers,
    tabs,
    harness: [process.pid, generator.pid, receiver.pid, onlookers.pid, tabs.pid],
    stop() {
      stopping ??= (async () => {
        await nodes(1);
        for (const each of places) {
          const other = await each.catch(() => undefined);
          warnings.push(...((await other?.stop()) ?? []));
        }
        warnings.push(...(await place.stop()));
        await stopHelpers();
        return warnings;
      })();
      return stopping;
    },
  };
}
