import { eventually } from '@hooktrail/harness/eventually';
import { type Receiver, startReceiver } from '@hooktrail/harness/receiver';
import { UndoStack } from '@hooktrail/harness/undo-stack';
import { startZendeskDouble, type ZendeskDouble } from '@hooktrail/harness/zendesk/zendesk-double';
import { countStatements } from './count-statements.ts';
import { HOSTILE } from './hostile.ts';
import type { CountedNode } from './left-open.ts';
import { type ConsoleNode, startConsoleNode } from './start-console-node.ts';

/** A real node that archives a double of Zendesk, of which a webhook is gone, so that there is a gap. */
export interface ArchiveStage extends ConsoleNode, CountedNode {
  readonly remote: ZendeskDouble;
  /** Gets what is sent to the webhook `Ours`, which subscribes to nothing that happens. */
  readonly receiver: Receiver;
  /** The id of the source `acme`. */
  readonly source: string;
  /** Ids of invocations by what became of them. */
  readonly invocations: Readonly<Record<'answered' | 'held' | 'unsent', string>>;
  close(): Promise<void>;
}

const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const HOUR_MS = 3_600_000;

/** 300 characters, and text from right to left. */
const NAMES = [HOSTILE.name, 'long '.repeat(60).trim(), 'הזמנות שלום'] as const;

function idAt(atMs: number, index: number): string {
  let time = '';
  for (let rest = atMs; time.length < 10; rest = Math.floor(rest / 32)) {
    time = ALPHABET.charAt(rest % 32) + time;
  }
  return time + String(index).padStart(16, '0');
}

/** Starts a node, a double with a trail, and a source whose trail is read. */
export async function startArchiveStage(): Promise<ArchiveStage> {
  const undo = new UndoStack();
  try {
    return await setUp(undo);
  } catch (error) {
    await undo.run();
    throw error;
  }
}

async function setUp(undo: UndoStack): Promise<ArchiveStage> {
  const remote = await startZendeskDouble();
  undo.push(() => remote.close());
  // As fast as the machine.
  remote.rate.limit = 1_000_000;
  const statements = await countStatements();
  undo.push(() => statements.close());
  const node = await startConsoleNode(undo, undefined, statements.env);
  const { hooktrail } = node;

  const receiver = await startReceiver();
  undo.push(() => receiver.close());
  await hooktrail.webhooks.create({
    name: 'Ours',
    endpoint: `${receiver.url}/ours`,
    httpMethod: 'POST',
    requestFormat: 'json',
    status: 'active',
    subscriptions: ['no.such'],
  });
  const nowMs = Date.now();
  const { account } = remote;
  const ids = NAMES.map((name) => account.create({ name }).id);
  const orders = account.create({
    name: 'Orders',
    endpoint: 'https://shop.example/in/hi_T0KEN',
  }).id;
  const doomed = account.create({ name: 'Doomed' }).id;
  for (const [index, id] of [...ids, doomed].entries()) {
    const createdMs = nowMs - (2 + index) * HOUR_MS;
    account.addRows(id, [
      {
        id: idAt(createdMs, index),
        status: 'success',
        statusCode: 200,
        completedAtMs: createdMs + 2_000,
      },
    ]);
  }
  const [answered, held, unsent] = [101, 102, 103].map((index) =>
    idAt(nowMs - 30 * 60_000 - index * 1_000, index),
  ) as [string, string, string];
  const minutesAgo = (minutes: number) => nowMs - minutes * 60_000;
  account.addRows(orders, [
    { id: answered, status: 'server error', statusCode: 503, completedAtMs: minutesAgo(29) },
    { id: held, status: 'throttled', sent: false, completedAtMs: minutesAgo(28) },
    { id: held, status: 'success', statusCode: 200, completedAtMs: minutesAgo(22) },
    { id: unsent, status: 'circuit broken', sent: false, completedAtMs: minutesAgo(27) },
  ]);
  const { source } = await hooktrail.sources.create({
    name: 'acme',
    baseUrl: remote.url,
    credentials: remote.auth,
    bodies: { policy: 'all' },
    resendSecrets: 'read',
  });
  const { id } = source;
  await eventually('the archive', async () => {
    const { archived, bodiesMissing, webhooksUnread } = await hooktrail.sources.get(id);
    return archived.rows === 8 && webhooksUnread === 0 && bodiesMissing.count === 0;
  });
  account.delete(doomed);
  await hooktrail.sources.poll(id);
  await eventually('the gap', async () => (await hooktrail.sources.gaps(id)).items.length === 1);

  return {
    ...node,
    statements,
    remote,
    receiver,
    source: id,
    invocations: { answered, held, unsent },
    async close() {
      const errors = await undo.run();
      if (errors.length > 0) throw errors[0];
    },
  };
}
