import { Agent, get, type IncomingMessage } from 'node:http';
import { serve } from './serve.ts';

/** Tabs that are open on one screen. */
interface Open {
  readonly port: number;
  readonly token: string;
  readonly count: number;
  readonly screen: {
    readonly asked: readonly {
      readonly atMs: number;
      readonly path: string;
      readonly accepts: string;
    }[];
    readonly feeds: readonly string[];
    readonly periodMs: number;
  };
}

/** What was asked for. */
interface Closed {
  readonly requests: number;
  /** Answered with an answer that another tab had got. */
  readonly shared: number;
  readonly failed: number;
}

/** The commands of a process that asks for what open consoles ask for. */
export interface Tabs {
  open(tabs: Open): Promise<void>;
  close(argument: undefined): Promise<Closed>;
}

const agent = new Agent({ keepAlive: true });
const feeds = new Agent({ keepAlive: false, maxSockets: Number.POSITIVE_INFINITY });
const streams: IncomingMessage[] = [];
const timers = new Set<NodeJS.Timeout>();
let told = { requests: 0, shared: 0, failed: 0 };

function ask(
  { port, token }: Open,
  path: string,
  headers: Readonly<Record<string, string>>,
  by: Agent,
): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const options = { host: '127.0.0.1', port, path, agent: by };
    const all = { ...headers, authorization: `Bearer ${token}` };
    get({ ...options, headers: all }, resolve).on('error', reject);
  });
}

function later(ms: number, work: () => void): void {
  const timer = setTimeout(() => {
    timers.delete(timer);
    work();
  }, ms);
  timers.add(timer);
}

async function one(tabs: Open, path: string, accepts: string): Promise<void> {
  told.requests++;
  try {
    const response = await ask(tabs, path, { 'cache-control': accepts || 'no-cache' }, agent);
    response.resume();
    if (response.statusCode !== 200) told.failed++;
    if (response.headers['age'] !== undefined) told.shared++;
  } catch {
    told.failed++;
  }
}

serve<Tabs>({
  async open(tabs) {
    const { asked, feeds: followed, periodMs } = tabs.screen;
    for (let tab = 0; tab < tabs.count; tab++) {
      for (const path of followed) {
        const response = await ask(tabs, path, { accept: 'text/event-stream' }, feeds);
        if (response.statusCode !== 200) throw new Error(`${path}: ${response.statusCode}`);
        response.resume().on('error', () => undefined);
        streams.push(response);
      }
      // People do not open their tabs at one moment.
      const offsetMs = (periodMs * tab) / tabs.count;
      for (const { accepts, atMs, path } of asked) {
        const again = () => {
          later(periodMs, again);
          void one(tabs, path, accepts);
        };
        later((atMs - offsetMs + periodMs) % periodMs, again);
      }
    }
  },
  async close() {
    for (const timer of timers) clearTimeout(timer);
    timers.clear();
    for (const stream of streams.splice(0)) stream.destroy();
    const all = told;
    told = { requests: 0, shared: 0, failed: 0 };
    return all;
  },
});
