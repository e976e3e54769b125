import { Zendesk } from '@hooktrail/sdk';
import type { Arm, Scenario } from '../model/scenario.ts';
import { eventText } from '../wire/event-text.ts';
import { TOKEN } from '../wire/token.ts';

const LIMIT = 'sdk: bare loop';
const PAGE_SIZE = 100;
const MOST_PAGES = 1_000;

const MIB = 1024 * 1024;

/** As much of an invocation as both loops look at. */
interface Seen {
  readonly id: string;
}

interface BarePage {
  readonly invocations: readonly Seen[];
  readonly meta: { readonly after_cursor?: string };
}

/**
 * Lists the trail of one webhook with the SDK, item by item, over pages of 100. The limit only
 * requests the same pages with `fetch` and parses them with `JSON.parse`. The invocations were
 * delivered, so each has all fields of a final one.
 */
export const sdk: Scenario = {
  name: 'sdk',
  repeated: true,

  async arms(stage, sizes) {
    const { hooktrail, receiver, trail, bareInsert } = stage;
    const count = sizes.drainInvocations;
    const ports = await receiver.call('open', { count: 1, hang: false });
    const webhooks = await stage.webhooks.create(ports);
    const [webhook] = webhooks;
    if (webhook === undefined) throw new Error('no webhook was made');
    const { id, type } = webhook;
    await stage.webhooks.setStatus(webhooks, 'inactive');
    await bareInsert.call('insert', {
      databaseUrl: hooktrail.databaseUrl,
      webhookIds: [id],
      type,
      body: eventText(type, sizes.eventBytes),
      until: { events: count },
      rowsPerStatement: 1_000,
      writers: 2,
    });
    await trail.activate(webhooks);
    await trail.settled(webhooks);

    const auth = { accessToken: TOKEN };
    const zendesk = new Zendesk({ baseUrl: hooktrail.url, auth, retries: { strategy: 'none' } });

    async function withSdk(invocations: number): Promise<number> {
      let seen = 0;
      for await (const invocation of zendesk.webhookInvocations.list(id, { pageSize: PAGE_SIZE })) {
        if (invocation.id !== '') seen++;
        if (seen === invocations) break;
      }
      return seen;
    }

    async function bare(invocations: number): Promise<number> {
      const url = `${hooktrail.url}/api/v2/webhooks/${id}/invocations?page%5Bsize%5D=${PAGE_SIZE}`;
      const headers = { accept: 'application/json', authorization: `Bearer ${TOKEN}` };
      let seen = 0;
      let after: string | undefined = '';
      while (after !== undefined && seen < invocations) {
        const from = after && `&page%5Bafter%5D=${after}`;
        const response = await fetch(url + from, { headers });
        const page = JSON.parse(await response.text()) as BarePage;
        for (const invocation of page.invocations) if (invocation.id !== '') seen++;
        after = page.meta.after_cursor;
      }
      return seen;
    }

    function arm(name: string, read: (invocations: number) => Promise<number>): Arm {
      return {
        name,
        unit: 'pages/s',
        async run(share) {
          const pages = Math.ceil(Math.min(MOST_PAGES, count / PAGE_SIZE) * share);
          const started = performance.now();
          const before = process.cpuUsage();
          const seen = await read(pages * PAGE_SIZE);
          const seconds = (performance.now() - started) / 1_000;
          const { user, system } = process.cpuUsage(before);
          if (seen !== pages * PAGE_SIZE) throw new Error(`${seen} invocations on ${pages} pages`);
          globalThis.gc?.();
          const { heapUsed } = process.memoryUsage();
          return {
            value: pages / seconds,
            items: pages,
            details: { cpuMsPerPage: (user + system) / 1_000 / pages, heapMiB: heapUsed / MIB },
          };
        },
      };
    }

    return [{ ...arm('sdk', withSdk), limit: LIMIT }, arm(LIMIT, bare)];
  },
};
