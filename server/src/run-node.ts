import { isatty } from 'node:tty';
import { setFlagsFromString } from 'node:v8';
import type { Logger } from 'pino';
import { type Config, readConfig } from './config/config.ts';
import { ownPlace } from './config/own-place.ts';
import { createLog } from './log/create-log.ts';
import { CannotStart } from './model/cannot-start.ts';
import { nextSteps } from './next-steps.ts';
import type { Node } from './node.ts';
import { Member } from './processes/member.ts';
import { STOPPING_SIGNALS } from './stopping-signals.ts';

/**
 * How much the heap may grow before a full collection, in percent of what the last one left. V8
 * lets it double: at a thousand events a second that is a full collection every 0.7 s, and each one
 * blocks the node for 20 to 40 ms (docs/decisions/heap-growth.md).
 */
const HEAP_GROWTH_PERCENT = 300;

const STDOUT = 1;
const STDERR = 2;

/**
 * Without a listener, the first would open Node's debugger, through which anybody on the machine
 * could run code in this process, and the second would end it and leave its database running.
 */
const IGNORED = ['SIGUSR1', 'SIGUSR2'] as const;

/** A second signal within this time is npm's copy of Ctrl-C, not an impatient user. */
const DUPLICATE_SIGNAL_MS = 1_000;

/**
 * How long a process may live after its node has stopped. It ends by itself, unless a library left a timer: the
 * exporter of traces waits for its next try as long as the collector's `Retry-After` says.
 */
const LEFTOVERS_MS = 1_000;

/**
 * Starts a node from the environment and stops it on SIGTERM, SIGINT, SIGQUIT or SIGHUP. A signal
 * during the start stops it too, because a node that just exits leaves its embedded database
 * running. A second signal, more than a second later, exits immediately; a SIGHUP does not, since a
 * terminal that closes is not impatient. `endUnstarted` has listened to these signals so far.
 *
 * With more than one process, this one starts the database and the others, which run the same program, and
 * works no further itself.
 */
export async function runNode(endUnstarted: () => void, program: string): Promise<void> {
  const place = ownPlace(process.env);
  const member = place && new Member(place);
  await run(endUnstarted, program, member).catch((error: unknown) => fail(error, member));
}

async function fail(error: unknown, member: Member | undefined): Promise<void> {
  if (member !== undefined) {
    // The supervisor says it, once for all of them.
    await member.failed(explain(error));
    process.exit(1);
  }
  process.stderr.write(`hooktrail: ${explain(error)}\n`);
  process.exitCode = 1;
}

async function run(
  endUnstarted: () => void,
  program: string,
  member: Member | undefined,
): Promise<void> {
  for (const signal of IGNORED) process.on(signal, () => undefined);
  // Writing to a terminal that was closed fails, and must not end the node before it has stopped.
  if (isatty(STDERR)) process.stderr.on('error', () => undefined);
  setFlagsFromString(`--heap-growing-percent=${HEAP_GROWTH_PERCENT}`);
  const config = readConfig(process.env);
  const format =
    config.logFormat === 'auto' ? (isatty(STDOUT) ? 'text' : 'json') : config.logFormat;
  const ownLog = createLog(config.logLevel, format);
  // All write to one log, so each line says whose it is.
  const log = config.processes === 1 ? ownLog : ownLog.child({ process: member?.number ?? 0 });
  const start = await starter(config, log, program, member);
  const starting = start();

  const stopped = () => {
    log.info('stopped');
    // It would wait for more of the supervisor.
    if (member !== undefined) process.exit();
    setTimeout(() => process.exit(), LEFTOVERS_MS).unref();
  };
  if (member !== undefined) {
    member.onStop = () => {
      starting.then((node) => node.stop()).then(stopped, () => undefined);
    };
  }
  let signalledMs: number | undefined;
  for (const signal of STOPPING_SIGNALS) {
    process.on(signal, () => {
      if (signalledMs !== undefined) {
        const again = signal !== 'SIGHUP' && Date.now() - signalledMs > DUPLICATE_SIGNAL_MS;
        if (again) process.exit(1);
        return;
      }
      signalledMs = Date.now();
      log.info({ signal }, 'stopping');
      starting
        .then((node) => node.stop())
        .then(
          () => stopped(),
          () => undefined, // the failed start has stopped its parts; its error is printed below
        );
    });
    // Not before: without any listener Node drops a signal that came while it was busy.
    process.off(signal, endUnstarted);
  }

  const node = await starting;
  if (member !== undefined) {
    log.info('this process is up');
    const { firstToken, signInUrl, url } = node;
    await member.up({ firstToken, signInUrl, url });
    return;
  }
  const { metricsUrl } = node;
  log.info(
    { url: node.url, ...(metricsUrl !== undefined && { metrics_url: metricsUrl }) },
    'hooktrail is up',
  );
  // Logs are shipped and stored. Words for people, the first token above all, go to standard error
  // and not into the log.
  const { url, firstToken, signInUrl } = node;
  if (format === 'text') process.stderr.write(nextSteps({ url, firstToken, signInUrl }));
  else if (firstToken !== undefined) {
    process.stderr.write(`\nThe first token of account 1, shown this once:\n\n  ${firstToken}\n\n`);
  }
  node.untilLost?.().catch((error: unknown) => fail(error, undefined));
}

/** What is to be started; its modules are loaded, which a process that only supervises saves. */
async function starter(
  config: Config,
  log: Logger,
  program: string,
  member: Member | undefined,
): Promise<() => Promise<Node>> {
  if (config.processes > 1 && member === undefined) {
    const { startTree } = await import('./start-tree.ts');
    return () => startTree(config, log, program);
  }
  const { startNode } = await import('./node.ts');
  return () => startNode(config, log, member);
}

/** One line where an operator can mend it; the stack of a defect. */
function explain(error: unknown): string {
  if (error instanceof CannotStart) return error.message;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
