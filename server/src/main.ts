import { fileURLToPath } from 'node:url';
import { ownPlace } from './config/own-place.ts';
import { STOPPING_SIGNALS } from './stopping-signals.ts';

// Loading the program takes up to six seconds on a busy machine. Without a listener a signal would
// kill it in that time, and a supervisor would see a failure where a clean stop was asked for.
// Nothing has started yet that would have to be stopped.
// A process behind the port hears from the one that supervises it.
const isSupervised = ownPlace(process.env) !== undefined;
const endUnstarted = isSupervised ? () => undefined : () => process.exit(0);
for (const signal of STOPPING_SIGNALS) process.on(signal, endUnstarted);

const { runNode } = await import('./run-node.ts');
await runNode(endUnstarted, fileURLToPath(import.meta.url));
