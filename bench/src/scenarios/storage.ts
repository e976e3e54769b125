import type { Scenario } from '../model/scenario.ts';
import { drainArm } from './drain-arm.ts';

/**
 * Measures the disk space of a delivery: events, invocations and attempts with their indexes, when
 * the last one was recorded. The receiver's answer has no body, and nothing is vacuumed meanwhile.
 */
export const storage: Scenario = {
  name: 'storage',
  repeated: false,

  async arms(stage, sizes) {
    const { trail } = stage;
    const { drainInvocations: count, webhooks } = sizes;
    const arm = await drainArm(stage, sizes, { name: 'storage', invocations: count, webhooks });
    let before: Readonly<Record<string, number>> = {};
    return [
      {
        ...arm,
        unit: 'bytes each',
        async prepare(share) {
          before = await trail.bytes();
          await arm.prepare?.(share);
        },
        async run(share) {
          const { items } = await arm.run(share);
          const details: Record<string, number> = {};
          for (const [part, bytes] of Object.entries(await trail.bytes())) {
            details[part] = Math.round((bytes - (before[part] ?? 0)) / items);
          }
          const value = Object.values(details).reduce((sum, bytes) => sum + bytes, 0);
          const parts = Object.entries(details).map(([part, bytes]) => `${part} ${bytes}`);
          return { value, items, details, note: `storage: ${parts.join(', ')} bytes each` };
        },
      },
    ];
  },
};
