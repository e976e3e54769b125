import { numberOption } from '@hooktrail/harness/number-option';
import { parseOptions } from '@hooktrail/harness/parse-options';
import { UsageError } from '@hooktrail/harness/usage-error';
import { type Age, FULL, type Sizes, SMOKE } from './model/sizes.ts';

/** The options of the command line. */
export interface Options {
  /** The scenarios to run; all of them when empty. */
  readonly names: readonly string[];
  readonly smoke: boolean;
  readonly sizes: Sizes;
  /** The folder for the JSON files; `bench/results` by default. */
  readonly resultsDir: string | undefined;
  /** Whether the server writes a CPU profile. */
  readonly profile: boolean;
  readonly help: boolean;
}

export const USAGE = `npm run bench -- [NAME ...] [OPTIONS]

  --rounds N       measured rounds of each scenario (5)
  --seconds N      duration of a load that has no number of events (5; latency: 20; consoles: 60)
  --count N        events or invocations of a load that has a number of them
  --bytes N        bytes of an event (700)
  --connections N  connections of the load generator (64)
  --log-segments N used segments of PostgreSQL's log; 0 as on a new server (128)
  --cpu-prof       let V8 profile the server, into the folder of the results
  --results DIR    the folder for the JSON files (bench/results)
  --young          servers begin with an empty database, not with days on the record
  --ages LIST      days:invocations a day of each server of age (1:1000000,7:1000000,30:100000,90:100000)
  --minutes N      how long the transaction of snapshot stays open (30)
  --processes LIST processes behind the port (1,2)
  --smoke          only check that everything runs: tiny loads, no usable figures
`;

/** @throws UsageError that says what is wrong with the arguments. */
export function readOptions(args: readonly string[]): Options {
  const { values, positionals } = parseOptions(args, {
    allowPositionals: true,
    options: {
      rounds: { type: 'string' },
      seconds: { type: 'string' },
      count: { type: 'string' },
      bytes: { type: 'string' },
      connections: { type: 'string' },
      'log-segments': { type: 'string' },
      results: { type: 'string' },
      ages: { type: 'string' },
      minutes: { type: 'string' },
      processes: { type: 'string' },
      young: { type: 'boolean', default: false },
      'cpu-prof': { type: 'boolean', default: false },
      smoke: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  const given = values.smoke ? SMOKE : FULL;
  const count = numberOption('count', values.count);
  const minutes = numberOption('minutes', values.minutes, { fraction: true });
  return {
    names: positionals,
    smoke: values.smoke,
    sizes: {
      ...given,
      rounds: numberOption('rounds', values.rounds) ?? given.rounds,
      seconds: numberOption('seconds', values.seconds) ?? given.seconds,
      latencySeconds: numberOption('seconds', values.seconds) ?? given.latencySeconds,
      consoleSeconds: numberOption('seconds', values.seconds) ?? given.consoleSeconds,
      eventBytes: numberOption('bytes', values.bytes) ?? given.eventBytes,
      connections: numberOption('connections', values.connections) ?? given.connections,
      logSegments:
        numberOption('log-segments', values['log-segments'], { least: 0 }) ?? given.logSegments,
      oldInvocations: values.young ? 0 : given.oldInvocations,
      ages: values.ages === undefined ? given.ages : agesOf(values.ages),
      snapshotMinutes: minutes ?? given.snapshotMinutes,
      snapshotBesideMinutes: Math.min(
        minutes ?? Number.POSITIVE_INFINITY,
        given.snapshotBesideMinutes,
      ),
      processes:
        values.processes === undefined ? given.processes : numbersOf('processes', values.processes),
      ...(count === undefined
        ? {}
        : {
            drainInvocations: count,
            endToEndEvents: count,
            fanOutEvents: Math.ceil(count / given.fanOutWebhooks),
            backlogEvents: count,
            largeHistory: count,
            keyedEvents: count,
            queryInvocations: count,
            neighbourDue: count,
            replayItems: count,
            retentionInvocations: count,
          }),
    },
    resultsDir: values.results,
    profile: values['cpu-prof'],
    help: values.help,
  };
}

/** @throws UsageError that names the option, the rule and the value. */
function numbersOf(name: string, text: string): readonly number[] {
  return text.split(',').map((part) => numberOption(name, part) as number);
}

/** @throws UsageError that names the option, the rule and the value. */
function agesOf(text: string): readonly Age[] {
  return text.split(',').map((part) => {
    const [days, invocationsADay, ...more] = part.split(':');
    if (invocationsADay === undefined || more.length > 0) {
      throw new UsageError(`--ages must be a list of DAYS:INVOCATIONS, got ${part || 'nothing'}`);
    }
    return {
      days: numberOption('ages', days) as number,
      invocationsADay: numberOption('ages', invocationsADay) as number,
    };
  });
}
