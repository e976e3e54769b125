import type { Scenario } from '../model/scenario.ts';
import { publishingArm } from './publishing-arm.ts';

/**
 * Publishing while delivering, as fast as it goes, and at half of the goal: the latency of a system
 * that is full says how long its queue is, only that of one with room says how quick it is.
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
