import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { numberOption } from '@hooktrail/harness/number-option';
import { parseOptions } from '@hooktrail/harness/parse-options';

/** The options of the command line. */
export interface Options {
  /** How long faults happen; finishing and checking come on top. */
  readonly minutes: number;
  readonly seed: number;
  readonly nodes: number;
  /** Processes of each node. A kill of the node takes all of them. */
  readonly processes: number;
  readonly webhooks: number;
  readonly publishers: number;
  /** Remote accounts that the nodes archive. */
  readonly sources: number;
  /** The file to write the figures to as JSON, if any. */
  readonly json: string | undefined;
  /** What Node runs as a node: the server, or one with a safety removed. */
  readonly program: string;
  readonly help: boolean;
}

export const USAGE = `npm run torture -- [OPTIONS]

  --minutes N      how long faults happen (2); fractions are allowed
  --seed N         repeats the choices of an earlier run (random, and printed)
  --nodes N        nodes on the one PostgreSQL (2)
  --processes N    processes of each node, behind one port (1)
  --webhooks N     webhooks, an endpoint each (40)
  --publishers N   concurrent publishers (12)
  --sources N      remote accounts that the nodes archive (0)
  --json PATH      also writes faults, figures and broken promises to this file
  --program PATH   the program to run as a node instead of the server, to see that checks can fail
`;

const MAIN = fileURLToPath(import.meta.resolve('@hooktrail/server/main'));

/** @throws UsageError that says what is wrong with the arguments. */
export function readOptions(args: readonly string[]): Options {
  const { values } = parseOptions(args, {
    options: {
      minutes: { type: 'string' },
      seed: { type: 'string' },
      nodes: { type: 'string' },
      processes: { type: 'string' },
      webhooks: { type: 'string' },
      publishers: { type: 'string' },
      sources: { type: 'string' },
      json: { type: 'string' },
      program: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  return {
    minutes: numberOption('minutes', values.minutes, { fraction: true }) ?? 2,
    seed: numberOption('seed', values.seed) ?? Math.floor(Math.random() * 1_000_000) + 1,
    nodes: numberOption('nodes', values.nodes) ?? 2,
    processes: numberOption('processes', values.processes) ?? 1,
    webhooks: numberOption('webhooks', values.webhooks) ?? 40,
    publishers: numberOption('publishers', values.publishers) ?? 12,
    sources: numberOption('sources', values.sources, { least: 0 }) ?? 0,
    json: values.json,
    program: values.program === undefined ? MAIN : resolve(values.program),
    help: values.help,
  };
}
