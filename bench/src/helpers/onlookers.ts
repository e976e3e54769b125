import { Agent, get, type IncomingMessage } from 'node:http';
import { type Quantiles, quantiles } from '../measure/quantiles.ts';
import { TOKEN } from '../wire/token.ts';
import { serve } from './serve.ts';

/** Feeds to follow. */
interface Feeds {
  readonly port: number;
  readonly count: number;
  /** The query of all of them. */
  readonly q: string;
}

/** Requests that read, at a steady rate. */
interface Looks {
  readonly port: number;
  readonly path: string;
  readonly perSecond: number;
}

/** What the feeds told. */
interface Told {
  /** From the beginning of the transaction that changed something to its event, of some readers. */
  readonly delay: Quantiles;
  /** Of the slowest reader. */
  readonly settled: number;
  readonly skipped: number;
}

/** The commands of a process that follows feeds and reads lists. */
export interface Onlookers {
  /** Resolves when all feeds have begun. */
  follow(feeds: Feeds): Promise<void>;
  /** Resolves to the status of the first answer; 404 stops it. */
  look(looks: Looks): Promise<number>;
  /** Forgets what was told so far. */
  reset(argument: undefined): Promise<void>;
  /** Resolves when each reader was told, or has skipped, so many settled invocations. */
  told(until: { readonly settled: number }): Promise<Told>;
  /** Ends everything. */
  leave(argument: undefined): Promise<void>;
}

/** To read each text of a thousand readers would cost this process more than the node. */
const READ_CLOSELY = 10;

interface Reader {
  settled: number;
  skipped: number;
}

const agent = new Agent({ maxSockets: Number.POSITIVE_INFINITY, keepAlive: false });
const lists = new Agent({ keepAlive: true });
const readers: Reader[] = [];
const responses: IncomingMessage[] = [];
const timers: NodeJS.Timeout[] = [];
let delaysUs: number[] = [];

const options = (port: number, path: string, by: Agent) => ({
  host: '127.0.0.1',
  port,
  path,
  agent: by,
  headers: { authorization: `Bearer ${TOKEN}` },
});

function open(port: number, q: string, isRead: boolean): Promise<void> {
  const reader: Reader = { settled: 0, skipped: 0 };
  readers.push(reader);
  return new Promise((resolve, reject) => {
    const request = get(options(port, `/v1/feed?q=${encodeURIComponent(q)}`, agent), (response) => {
      if (response.statusCode !== 200) return reject(new Error(`${response.statusCode}`));
      responses.push(response);
      let rest = '';
      response.on('data', (chunk: Buffer) => {
        const blocks = (rest + chunk.toString('latin1')).split('\n\n');
        rest = blocks.pop() as string;
        const nowMs = Date.now();
        for (const block of blocks) {
          if (block.includes('\nevent: settled')) reader.settled++;
          const [, count] = /event: skipped\ndata: \{"count":(\d+)/.exec(block) ?? [];
          if (count !== undefined) reader.skipped += Number(count);
          if (!isRead) continue;
          const [, at] = /"at":"([^"]+)"/.exec(block) ?? [];
          if (at !== undefined) delaysUs.push(1_000 * (nowMs - Date.parse(at)));
        }
      });
      response.on('error', () => undefined);
      resolve();
    });
    request.on('error', reject);
  });
}

function ask({ path, port }: Looks): Promise<number> {
  return new Promise((resolve, reject) => {
    const request = get(options(port, path, lists), (response) => {
      response.resume().once('end', () => resolve(response.statusCode ?? 0));
    });
    request.on('error', reject);
  });
}

serve<Onlookers>({
  async follow({ count, port, q }) {
    for (let one = 0; one < count; one++) await open(port, q, one < READ_CLOSELY);
  },
  async look(looks) {
    const status = await ask(looks);
    if (status !== 404) {
      timers.push(
        setInterval(() => void ask(looks).catch(() => undefined), 1_000 / looks.perSecond),
      );
    }
    return status;
  },
  async reset() {
    delaysUs = [];
    for (const reader of readers) Object.assign(reader, { settled: 0, skipped: 0 });
  },
  async told({ settled }) {
    const isDone = () => readers.every((one) => one.settled + one.skipped >= settled);
    while (!isDone()) await new Promise((resolve) => setTimeout(resolve, 10));
    return {
      delay: quantiles(delaysUs),
      settled: readers.reduce((least, one) => Math.min(least, one.settled), settled),
      skipped: readers.reduce((sum, one) => sum + one.skipped, 0),
    };
  },
  async leave() {
    for (const timer of timers.splice(0)) clearInterval(timer);
    for (const response of responses.splice(0)) response.destroy();
    readers.length = 0;
  },
});
