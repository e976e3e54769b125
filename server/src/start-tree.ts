import type { Logger } from 'pino';
import { serveMetrics } from './api/metrics/serve-metrics.ts';
import type { Config } from './config/config.ts';
import { keptSecretKey } from './database/kept-secret-key.ts';
import { SECOND_MS } from './model/time-units.ts';
import type { Node } from './node.ts';
import { prepareDatabase } from './prepare-database.ts';
import { forkProcess } from './processes/fork-process.ts';
import type { Started } from './processes/messages.ts';
import { ProcessTree } from './processes/process-tree.ts';
import { StopList } from './stop-list.ts';
import { whyStartFailed } from './why-start-failed.ts';

/** Beyond the drain delay a stop takes up to 60 s for a request in flight, and some for the rest. */
const STOP_MS = 68 * SECOND_MS;

/**
 * Starts the processes of a node, and what they share: the database and the listener of metrics. If one fails
 * to start, it stops the others and rejects.
 *
 * @param program What each process runs.
 * @throws CannotStart if an operator can mend what is wrong
 */
export async function startTree(config: Config, log: Logger, program: string): Promise<Node> {
  const stops = new StopList(log);
  try {
    return await startParts(config, log, program, stops);
  } catch (error) {
    await stops.stop();
    throw whyStartFailed(error, config);
  }
}

async function startParts(
  config: Config,
  log: Logger,
  program: string,
  stops: StopList,
): Promise<Node> {
  const { processes } = config;
  // The key, before the database that it belongs to.
  if (config.secretKey === undefined) await keptSecretKey(config.dataDir);
  const databaseUrl = await prepareDatabase(config, log, stops);
  const tree = new ProcessTree({
    count: processes,
    fork: (number, port, scraped) =>
      forkProcess({ program, number, processes, databaseUrl, port, scraped }),
    log,
    stopMs: config.drainDelayMs + STOP_MS,
  });
  stops.add('the processes', () => tree.stop());
  const started = await tree.start();
  const metricsListener =
    config.metrics && (await serveMetrics({ ...config.metrics, text: (as) => tree.text(as) }));
  if (metricsListener !== undefined) stops.add('the metrics', () => metricsListener.stop());
  const first = started.find(({ firstToken }) => firstToken !== undefined);
  return {
    url: (started[0] as Started).url,
    metricsUrl: metricsListener?.url,
    firstToken: first?.firstToken,
    signInUrl: first?.signInUrl,
    stop: () => stops.stop(),
    async untilLost() {
      const reason = await tree.lost;
      await stops.stop();
      throw reason;
    },
  };
}
