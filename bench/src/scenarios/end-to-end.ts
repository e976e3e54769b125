import type { Scenario } from '../model/scenario.ts';
import { publishingArm } from './publishing-arm.ts';

/**
 * Publishes while the server delivers, as fast as possible, and at half of the goal: under full
 * load, latency measures the length of the queue; below it, the speed of the system.
 */
export const endToEnd: Scenario = {
  name: 'end-to-end',
  repeated: true,

  arms: async (stage, sizes) => [
    await publishingArm(stage, sizes, { name: 'end to end', events: sizes.endToEndEvents }),
    await publishingArm(stage, sizes, {
      name: `end to end: ${sizes.halfPerSecond} a second`,
      events: Math.ceil(sizes.halfPerSecond * sizes.seconds),
      perSecond: sizes.halfPerSecond,
    }),
  ],
};
