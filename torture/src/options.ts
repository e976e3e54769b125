import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { UsageError } from '@hooktrail/harness/usage-error';

/** The options of the command line. */
export interface Options {
  /** How long faults happen; finishing and checking come on top. */
  readonly minutes: number;
  readonly seed: number;
  readonly nodes: number;
  readonly webhooks: number;
  readonly publishers: number;
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
  --webhooks N     webhooks, an endpoint each (40)
  --publishers N   concurrent publishers (12)
  --json PATH      also writes faults, figures and broken promises to this file
  --program PATH   the program to run as a node instead of the server, to see that checks can fail
`;

const MAIN = fileURLToPath(import.meta.resolve('@hooktrail/server/main'));

/** @throws UsageError that says what is wrong with the arguments. */
export function readOptions(args: readonly string[]): Options {
  const values = parse(args);
  return {
    minutes: number('minutes', values.minutes, 2),
    seed: whole('seed', values.seed, Math.floor(Math.random() * 1_000_000) + 1),
    nodes: whole('nodes', values.nodes, 2),
    webhooks: whole('webhooks', values.webhooks, 40),
    publishers: whole('publishers', values.publishers, 12),
    json: values.json,
    program: values.program === undefined ? MAIN : resolve(values.program),
    help: values.help,
  };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        minutes: { type: 'string' },
        seed: { type: 'string' },
        nodes: { type: 'string' },
        webhooks: { type: 'string' },
        publishers: { type: 'string' },
        json: { type: 'string' },
        program: { type: 'string' },
        help: { type: 'boolean', default: false },
      },
    }).values;
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}

function whole(name: string, text: string | undefined, byDefault: number): number {
  const value = number(name, text, byDefault);
  if (Number.isInteger(value)) return value;
  throw new UsageError(`--${name} must be a whole number, got ${text}`);
}

function number(name: string, text: string | undefined, byDefault: number): number {
  if (text === undefined) return byDefault;
  const value = Number(text);
  if (value > 0 && Number.isFinite(value)) return value;
  throw new UsageError(`--${name} must be a number above 0, got ${text}`);
}
