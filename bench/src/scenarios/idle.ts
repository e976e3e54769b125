import { setTimeout as sleep } from 'node:timers/promises';
import { processUsage } from '@hooktrail/harness/process-usage';
import type { Scenario } from '../model/scenario.ts';
import { CLOSED_PORT } from './closed-port.ts';

/** An idle server with some webhooks. */
export const idle: Scenario = {
  name: 'idle',
  repeated: false,

  async arms({ hooktrail, webhooks, trail }, { idleSettleSeconds, idleSeconds, ...sizes }) {
    await webhooks.create(Array.from({ length: sizes.webhooks }, () => CLOSED_PORT));
    return [
      {
        name: `idle: ${idleSeconds} s`,
        unit: '% of a core',
        prepare: () => sleep(idleSettleSeconds * 1_000),
        async run() {
          const cpu = () => processUsage(hooktrail.pid)?.cpuSeconds ?? Number.NaN;
          const before = await trail.counters();
          const cpuBefore = cpu();
          await sleep(idleSeconds * 1_000);
          const cpuSeconds = cpu() - cpuBefore;
          const after = await trail.counters();
          // Reading the counters is a transaction, too.
          const statements = (after.transactions - before.transactions - 1) / idleSeconds;
          return {
            value: (100 * cpuSeconds) / idleSeconds,
            items: idleSeconds,
            details: { statementsPerSecond: statements },
            note: `idle: ${statements.toFixed(1)} statements a second`,
          };
        },
      },
    ];
  },
};
