import { setTimeout as sleep } from 'node:timers/promises';
import { processMemory } from '../measure/process-memory.ts';
import type { Arm, Scenario } from '../model/scenario.ts';
import type { Sizes } from '../model/sizes.ts';
import { compare } from '../report/compare.ts';
import { type OpenRemote, openRemote } from '../stage/open-remote.ts';
import type { Stage } from '../stage/stage.ts';
import { publishingArm } from './publishing-arm.ts';

const ALONE = 'archive: deliveries alone';
const BESIDE = 'archive: deliveries beside it';

/** Of the 100 requests a minute that the service allows, the default share. */
const REQUESTS = 70;
const PAGE = 100;
const MB = 2 ** 20;

/**
 * Archives a remote account that allows 100 requests a minute: rows a minute, then bodies a minute, each
 * against what the share of 70 requests allows. Then the cost of archiving both on deliveries beside it.
 */
export const archive: Scenario = {
  name: 'archive',
  repeated: true,

  async arms(stage, sizes) {
    let remote: OpenRemote | undefined;
    const { url } = stage.hooktrail;
    const open = async (rows: number, bodies: 'all' | 'none') => {
      remote = await openRemote({ url, rows, bodies, payloadBytes: sizes.eventBytes });
    };
    const close = async () => {
      await remote?.close();
      remote = undefined;
    };
    const beside = await publishingArm(stage, sizes, {
      name: BESIDE,
      events: sizes.endToEndEvents,
    });
    const alone = await publishingArm(stage, sizes, { name: ALONE, events: sizes.endToEndEvents });
    return [
      polling(stage, sizes, {
        name: 'archive: rows',
        unit: 'rows/min',
        most: REQUESTS * PAGE,
        open: () => open(sizes.archiveRows, 'none'),
        remote: () => remote as OpenRemote,
        close,
        count: ({ rows }) => rows,
      }),
      polling(stage, sizes, {
        name: 'archive: bodies',
        unit: 'bodies/min',
        most: REQUESTS,
        open: () => open(PAGE, 'all'),
        remote: () => remote as OpenRemote,
        close,
        count: ({ bodies }) => bodies,
      }),
      {
        ...beside,
        limit: ALONE,
        async prepare(share) {
          await open(sizes.archiveRows, 'all');
          await beside.prepare?.(share);
        },
        async finish() {
          await beside.finish?.();
          await close();
        },
      },
      alone,
    ];
  },

  notes(arms) {
    const cost = compare(arms, BESIDE, ALONE, ({ value }) => value);
    return [`archive: deliveries beside it at ${(100 * cost).toFixed(1)} % of those alone`];
  },
};

interface Polling {
  readonly name: string;
  readonly unit: string;
  /** What the requests of a minute allow. */
  readonly most: number;
  readonly open: () => Promise<void>;
  readonly remote: () => OpenRemote;
  readonly close: () => Promise<void>;
  readonly count: (archived: { readonly rows: number; readonly bodies: number }) => number;
}

/** Archives for a while; the clock runs from the first of what is counted. */
function polling(stage: Stage, sizes: Sizes, parts: Polling): Arm {
  const { close, count, most, name, open, remote, unit } = parts;
  return {
    name,
    unit,
    prepare: open,
    async run(share) {
      const archived = async () => count(await remote().archived());
      let first = 0;
      for (const endMs = Date.now() + 60_000; first === 0; first = await archived()) {
        if (Date.now() > endMs) throw new Error('nothing is archived');
        await sleep(50);
      }
      const started = performance.now();
      const requested = remote().requests();
      await sleep(sizes.archiveSeconds * share * 1_000);
      const items = (await archived()) - first;
      const minutes = (performance.now() - started) / 60_000;
      const value = items / minutes;
      const requests = (remote().requests() - requested) / minutes;
      const memoryMb = (processMemory(stage.hooktrail.pid)?.resident ?? 0) / MB;
      return {
        value,
        items: Math.max(1, items),
        details: { requestsPerMinute: requests, ceiling: most, memoryMb },
        note: `${name}: ${((100 * value) / most).toFixed(0)} % of ${most} ${unit}, ${requests.toFixed(0)} requests a minute, the node had ${memoryMb.toFixed(0)} MB`,
      };
    },
    finish: close,
  };
}
