import { setTimeout as sleep } from 'node:timers/promises';
import type { Books, Fault } from '../books/books.ts';
import type { Stage } from '../stage/stage.ts';

/** Time for a node to lease what waits, before it is killed. */
const ALIVE_MS = 1_500;

/**
 * Kills one node after the other until there were `least` deaths: how many the tracks inject in a
 * time depends on how fast nodes start, which a busy machine decides.
 */
export async function killMore({ nodes }: Stage, books: Books, least: number): Promise<void> {
  const deaths = () => books.faults.filter(({ effect }) => effect === 'death').length;
  for (let turn = 0; deaths() < least; turn++) {
    await sleep(ALIVE_MS);
    const node = nodes[turn % nodes.length] as Stage['nodes'][number];
    const fault: Fault = {
      name: 'node killed (kill -9)',
      effect: 'death',
      node: node.number,
      pid: node.pid,
      fromMs: Date.now(),
      untilMs: Number.POSITIVE_INFINITY,
    };
    books.faults.push(fault);
    await node.kill();
    fault.untilMs = Date.now();
    await node.start();
  }
}
