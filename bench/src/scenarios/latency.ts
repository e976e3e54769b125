import type { Scenario } from '../model/scenario.ts';
import { publishingArm } from './publishing-arm.ts';

/** A steady, light load: measures the time from publishing to the receiver. */
export const latency: Scenario = {
  name: 'latency',
  repeated: true,

  arms: async (stage, sizes) => [
    await publishingArm(stage, sizes, {
      name: `latency: ${sizes.latencyPerSecond} a second`,
      events: Math.ceil(sizes.latencyPerSecond * sizes.latencySeconds),
      perSecond: sizes.latencyPerSecond,
    }),
  ],
};
