import { DAY_MS } from '@hooktrail/server/time-units';
import type { Arm, Scenario } from '../model/scenario.ts';
import { requestApi } from '../stage/request-api.ts';
import type { Stage } from '../stage/stage.ts';
import { getRequest } from '../wire/get-request.ts';
import { type HistoryPlace, histories } from './histories.ts';

interface ListBody {
  readonly invocations: readonly { readonly id: string }[];
}

interface AttemptsBody {
  readonly attempts: readonly { readonly request: { readonly payload_length?: number } }[];
}

/** How many places of the days that lists show are read. */
const PLACES = 50;
const SHOWN_DAYS = 7;

/**
 * Reads the attempts of invocations from all over the days that lists show, with one request after
 * the other on one connection. A fifth of the invocations have two attempts.
 */
export const attempts: Scenario = {
  name: 'attempts',
  repeated: true,
  after: 'list',

  async arms(stage, sizes) {
    const { large, small } = await histories(stage, sizes);
    const few = await attemptsArm(stage, small, sizes.listPages);
    const many = await attemptsArm(stage, large, sizes.listPages);
    return [{ ...many, limit: few.name }, few];
  },
};

async function attemptsArm(stage: Stage, place: HistoryPlace, most: number): Promise<Arm> {
  const { count, hooktrail, toMs, webhook } = place;
  const list = `/api/v2/webhooks/${webhook.id}/invocations`;
  const paths: string[] = [];
  for (let at = 0; at < PLACES; at++) {
    const to = new Date(toMs - (at * SHOWN_DAYS * DAY_MS) / PLACES).toISOString();
    const query = new URLSearchParams({ 'filter[to_ts]': to, 'page[size]': '20' });
    const { invocations } = await requestApi<ListBody>(hooktrail.url, 'GET', `${list}?${query}`);
    paths.push(...invocations.map(({ id }) => `${list}/${id}/attempts`));
  }
  // Without its event, an attempt would be cheaper to read.
  const { attempts } = await requestApi<AttemptsBody>(hooktrail.url, 'GET', paths[0] as string);
  if (attempts[0]?.request.payload_length === undefined)
    throw new Error('the event of an attempt is missing');
  return {
    name: `attempts of one of ${count.toLocaleString('en')}`,
    unit: 'answers/s',
    watched: () => ({ servers: [hooktrail.pid], postgres: hooktrail.postgresPid }),
    async run(share) {
      const { answers, seconds, latency } = await stage.generator.call('load', {
        port: hooktrail.port,
        // Never two neighbours in a row: each is read from another page.
        requests: Array.from({ length: paths.length }, (_, turn) =>
          getRequest(paths[(turn * 997) % paths.length] as string),
        ),
        connections: 1,
        until: { answers: Math.ceil(most * share) },
      });
      return { value: answers / seconds, items: answers, latency };
    },
  };
}
