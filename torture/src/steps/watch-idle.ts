import { setTimeout as sleep } from 'node:timers/promises';
import { childrenOf, processUsage } from '@hooktrail/harness/process-usage';
import type { IdleFigures } from '../checks/check-idle.ts';
import type { Stage } from '../stage/stage.ts';

/** An idle backend of PostgreSQL publishes its counts up to 10 s late. */
const SETTLE_MS = 13_000;
const WATCHED_MS = 10_000;

/** Measures what the nodes use while nothing is published. */
export async function watchIdle({ nodes, trail }: Stage): Promise<IdleFigures> {
  await sleep(SETTLE_MS);
  const cpu = () => nodes.map(({ pid }) => (pid === undefined ? undefined : cpuOf(pid)));
  const before = { cpu: cpu(), transactions: await trail.transactions(), atMs: Date.now() };
  await sleep(WATCHED_MS);
  const seconds = (Date.now() - before.atMs) / 1_000;
  const transactions = (await trail.transactions()) - before.transactions;
  const cpuSeconds = cpu().map((after, index) => {
    const first = before.cpu[index];
    return after === undefined || first === undefined ? undefined : after - first;
  });
  return { seconds, transactions, cpuSeconds, ...(await trail.unfinished()) };
}

/** Of a node: of the process that supervises and those behind its port, or of its only one. */
function cpuOf(pid: number): number | undefined {
  const own = processUsage(pid)?.cpuSeconds;
  return own && childrenOf(pid).reduce((sum, { cpuSeconds }) => sum + cpuSeconds, own);
}
