import { join } from 'node:path';
import type { Webhook } from '@hooktrail/sdk';
import { wireRow } from '../output/wire-row.ts';
import type { ArchiveRun } from './archive-run.ts';
import type { LogProgress } from './archive-state.ts';
import { writeWhole } from './write-whole.ts';

/** Each costs a request or more a run: 1,000 are a quarter of an hour. */
const MOST_WEBHOOKS = 1_000;

const UNREAD: Omit<LogProgress, 'name'> = {
  watermarkMs: null,
  sinceMs: null,
  newestMs: null,
  goneMs: null,
  ended: false,
  walk: null,
  fullWalk: null,
  walkedMs: null,
};

/** Reads which webhooks the account has into `webhooks.json`, and which are gone. @throws RemoteFailure */
export async function mirrorWebhooks(run: ArchiveRun): Promise<void> {
  const found = new Map<string, Webhook>();
  let tooMany = false;
  let after: string | undefined;
  do {
    const page = await run.reader.ask((remote) => remote.webhooks(after));
    for (const webhook of page.items) {
      if (found.has(webhook.id)) continue;
      if (found.size >= MOST_WEBHOOKS) tooMany = true;
      else found.set(webhook.id, webhook);
    }
    after = tooMany || page.after === after ? undefined : page.after;
  } while (after !== undefined);
  if (tooMany) {
    run.problems.push(
      `the account has more than ${MOST_WEBHOOKS} webhooks: the others are not read`,
    );
  }

  const goneMs = run.reader.remoteMs;
  const { state } = run.folder;
  const webhooks: Record<string, LogProgress> = { ...state.webhooks };
  for (const [id, { name }] of found) {
    const before = webhooks[id] ?? { ...UNREAD, name };
    webhooks[id] = { ...before, name, goneMs: null, ended: false };
  }
  for (const [id, before] of Object.entries(webhooks)) {
    // Of a list that was cut off, nothing is known of the rest.
    if (!found.has(id) && !tooMany && before.goneMs === null) webhooks[id] = { ...before, goneMs };
  }
  const rows = [...found.values()].map((one) => wireRow(run.mask?.webhook(one) ?? one));
  await writeWhole(
    join(run.folder.path, 'webhooks.json'),
    `${JSON.stringify(rows, undefined, 2)}\n`,
  );
  await run.folder.commit(new Map(), { ...state, webhooks });
}
