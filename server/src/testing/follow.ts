import { eventually } from '@hooktrail/harness/eventually';
import { TOKEN } from './test-node.ts';

/** An event of a stream, as it came. */
export interface FeedMessage {
  readonly id: string;
  readonly event: string;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into data of every shape
  readonly data: any;
}

/** A stream that a test follows. */
export interface Followed {
  readonly response: Response;
  /** Events so far. */
  readonly messages: readonly FeedMessage[];
  /** All text so far, heartbeats too. */
  readonly text: string;
  /** The id of the last event or heartbeat. */
  readonly lastId: string;
  readonly isEnded: boolean;
  /** Resolves when there are so many events that pass. */
  until(count: number, passes?: (message: FeedMessage) => boolean): Promise<FeedMessage[]>;
  /** Reads no more until `resume`. */
  pause(): void;
  resume(): void;
  close(): Promise<void>;
}

interface Options {
  readonly token?: string;
  readonly lastEventId?: string;
}

/** Follows the feed of a node; `query` is the query string. Resolves when the answer has begun. */
export async function follow(
  url: string,
  query = '',
  { lastEventId, token = TOKEN }: Options = {},
): Promise<Followed> {
  const controller = new AbortController();
  const response = await fetch(`${url}/v1/feed${query === '' ? '' : `?${query}`}`, {
    headers: {
      authorization: `Bearer ${token}`,
      ...(lastEventId !== undefined && { 'last-event-id': lastEventId }),
    },
    signal: controller.signal,
  });
  const messages: FeedMessage[] = [];
  let text = '';
  let rest = '';
  let lastId = '';
  let isEnded = false;
  let paused: Promise<void> | undefined;
  let resume = () => {};

  const reading = (async () => {
    if (response.body === null) return;
    const decoder = new TextDecoder();
    const reader = response.body.getReader();
    for (;;) {
      await paused;
      const { done, value } = await reader.read();
      if (done) return;
      const chunk = decoder.decode(value, { stream: true });
      text += chunk;
      const blocks = (rest + chunk).split('\n\n');
      rest = blocks.pop() as string;
      for (const block of blocks) {
        const field = (name: string) =>
          block
            .split('\n')
            .find((line) => line.startsWith(`${name}: `))
            ?.slice(name.length + 2);
        lastId = field('id') ?? lastId;
        const data = field('data');
        if (data === undefined) continue;
        messages.push({ id: lastId, event: field('event') ?? '', data: JSON.parse(data) });
      }
    }
  })()
    .catch(() => undefined)
    .finally(() => {
      isEnded = true;
    });

  return {
    response,
    messages,
    get text() {
      return text;
    },
    get lastId() {
      return lastId;
    },
    get isEnded() {
      return isEnded;
    },
    async until(count, passes = () => true) {
      return await eventually(`${count} events of the feed, got ${messages.length}`, () => {
        const found = messages.filter(passes);
        return found.length >= count ? found : undefined;
      });
    },
    pause() {
      paused ??= new Promise((resolve) => {
        resume = resolve;
      });
    },
    resume() {
      paused = undefined;
      resume();
    },
    async close() {
      paused = undefined;
      resume();
      controller.abort();
      await reading;
    },
  };
}
