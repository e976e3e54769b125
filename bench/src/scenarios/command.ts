import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { quantiles } from '../measure/quantiles.ts';
import type { Arm, Scenario } from '../model/scenario.ts';
import { TOKEN } from '../wire/token.ts';

const run = promisify(execFile);

const CLI = fileURLToPath(new URL('../../../cli/', import.meta.url));

/** As a clone runs it. */
const BINARY = `${CLI}bin/hooktrail.js`;

/** As the package has it. Where it finds the packages that the command uses. */
const BUNDLE = `${CLI}node_modules/.bench`;

const LIMIT = 'command: node alone';
const VERSION = 'command: --version, packed';
const LIST = 'command: webhooks list, packed';
const unit = 'starts/s';

/** In milliseconds, of the list besides the server's answer. */
const GOALS: Readonly<Record<string, number>> = { [VERSION]: 80, [LIST]: 250 };

/** Enough for a median. */
const ANSWERS = 20;

/**
 * Starts the command `hooktrail` again and again, as scripts do: for its version, and for a list of
 * webhooks, as a clone runs it and as the package has it. The limit starts Node with nothing to run.
 */
export const command: Scenario = {
  name: 'command',
  repeated: true,

  async arms({ hooktrail }, { commandStarts }) {
    await run(process.execPath, [`${CLI}scripts/bundle-command.mjs`, BUNDLE]);
    const packed = `${BUNDLE}/dist/main.js`;
    const env = { ...process.env, HOOKTRAIL_URL: hooktrail.url, HOOKTRAIL_TOKEN: TOKEN };
    const arm = (name: string, args: readonly string[], limit?: string): Arm => ({
      name,
      unit,
      ...(limit !== undefined && { limit }),
      async run(share) {
        const times: number[] = [];
        const starts = Math.ceil(commandStarts * share);
        for (let done = 0; done < starts; done++) {
          const startedMs = performance.now();
          await run(process.execPath, [...args], { env });
          times.push((performance.now() - startedMs) * 1_000);
        }
        const seconds = times.reduce((sum, one) => sum + one, 0) / 1_000_000;
        const answerMs = name === LIST ? await answerOf(hooktrail.url) : 0;
        return {
          value: starts / seconds,
          items: starts,
          latency: quantiles(times),
          details: { answerMs },
        };
      },
    });
    return [
      arm(LIMIT, ['-e', '0']),
      arm('command: --version', [BINARY, '--version'], LIMIT),
      arm(VERSION, [packed, '--version'], LIMIT),
      arm('command: webhooks list', [BINARY, 'webhooks', 'list'], LIMIT),
      arm(LIST, [packed, 'webhooks', 'list'], LIMIT),
    ];
  },

  notes: (arms) =>
    arms.flatMap(({ name, runs }) => {
      const goalMs = GOALS[name];
      if (goalMs === undefined) return [];
      const times = runs.map(
        ({ latency, details }) => (latency?.p50 ?? Number.NaN) - (details?.['answerMs'] ?? 0),
      );
      const medianMs = times.sort((one, other) => one - other)[Math.floor(times.length / 2)] ?? 0;
      const besides = name === LIST ? ' besides the answer' : '';
      const verdict = medianMs < goalMs ? 'reached' : 'missed';
      return [
        `${name}: ${medianMs.toFixed(0)} ms${besides}; the goal of ${goalMs} ms is ${verdict}`,
      ];
    }),
};

/** How long the server takes for the list, over a connection that is open. */
async function answerOf(url: string): Promise<number> {
  const times: number[] = [];
  for (let done = 0; done <= ANSWERS; done++) {
    const startedMs = performance.now();
    const answer = await fetch(`${url}/api/v2/webhooks?page[size]=50`, {
      headers: { authorization: `Bearer ${TOKEN}` },
    });
    await answer.arrayBuffer();
    // The first one opens the connection.
    if (done > 0) times.push((performance.now() - startedMs) * 1_000);
  }
  return quantiles(times).p50;
}
