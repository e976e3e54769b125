import { eventually } from '@hooktrail/harness/eventually';
import { startReceiver } from '@hooktrail/harness/receiver';
import { Hooktrail } from '@hooktrail/sdk/hooktrail';
import { expect, test } from 'vitest';
import { startPublishers } from '../testing/publishers.ts';
import { type ServerProcess, startServer } from '../testing/server-process.ts';
import { subscribe } from '../testing/subscribe.ts';
import { createTestDatabase } from '../testing/test-database.ts';
import { makeDue, TOKEN } from '../testing/test-node.ts';

/** A start takes a second on an idle machine, and fifteen where ten other programs want its two cores. */
const MANY_STARTS_MS = 300_000;

test('a reader gets each settled invocation once while the nodes that it follows are killed', {
  timeout: MANY_STARTS_MS,
}, async () => {
  const database = await createTestDatabase();
  const receiver = await startReceiver();
  const start = () => startServer({ HOOKTRAIL_DATABASE_URL: database.url });
  const nodes: ServerProcess[] = [await start(), await start()];
  const stop = new AbortController();
  try {
    const [first] = nodes as [ServerProcess];
    await subscribe(first.url, 'feed.killed', receiver.url);
    let followed = first;
    const hooktrail = new Hooktrail({
      baseUrl: 'http://feed.test',
      auth: { accessToken: TOKEN },
      fetch: (url, init) => fetch(url.replace('http://feed.test', followed.url), init),
    });
    const settled: string[] = [];
    let gaps = 0;
    const following = (async () => {
      const feed = hooktrail.feed({ q: 'type:feed.killed', since: '1m', signal: stop.signal });
      for await (const event of feed) {
        if (event.type === 'settled') settled.push(event.invocation.id);
        if (event.type === 'gap' || event.type === 'skipped') gaps++;
      }
    })();
    const publishers = startPublishers({
      url: () => nodes[Math.floor(Math.random() * 2)]?.url ?? '',
      type: 'feed.killed',
      count: 4,
    });
    for (let round = 0; round < 3; round++) {
      const before = settled.length;
      await eventually('more events', () => settled.length > before + 50);
      // The reader goes on at the other node, while the one that it followed starts again.
      const place = nodes.indexOf(followed as ServerProcess);
      const killed = nodes[place] as ServerProcess;
      followed = nodes[1 - place] as ServerProcess;
      killed.kill('SIGKILL');
      await killed.ended;
      nodes[place] = await start();
    }
    await publishers.stop();
    const accepted = new Set(publishers.accepted.values());
    await eventually('all that was accepted', async () => {
      await makeDue(database.url, { expired: true });
      return [...accepted].every((id) => settled.includes(id));
    });
    stop.abort(new Error('enough'));
    await expect(following).rejects.toThrow('enough');
    expect(settled).toHaveLength(new Set(settled).size);
    expect(gaps).toBe(0);
  } finally {
    stop.abort();
    for (const node of nodes) node.kill('SIGKILL');
    await Promise.all(nodes.map(({ ended }) => ended));
    await receiver.close();
    await database.drop();
  }
});
