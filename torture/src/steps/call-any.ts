import { type ApiAnswer, callApi } from '@hooktrail/harness/call-api';
import type { Random } from '@hooktrail/harness/create-random';
import { TOKEN } from '../stage/token.ts';
import type { TortureNode } from '../stage/torture-node.ts';

/** A dry look at what a job selects may take three seconds; the rest is for a database that recovers. */
const TIME_LIMIT_MS = 10_000;

/** Asks any node that seems to answer; undefined when none did, or it had no database. */
export async function callAny<Body>(
  nodes: readonly TortureNode[],
  random: Random,
  method: string,
  path: string,
  body?: unknown,
): Promise<ApiAnswer<Body> | undefined> {
  const answering = nodes.filter((node) => node.answers);
  const { url } = random.pick(answering.length > 0 ? answering : nodes);
  const call = { method, token: TOKEN, url: url + path, timeLimitMs: TIME_LIMIT_MS };
  const answer = await callApi<Body>(body === undefined ? call : { ...call, body }).catch(
    () => undefined,
  );
  return answer?.status === 503 ? undefined : answer;
}
