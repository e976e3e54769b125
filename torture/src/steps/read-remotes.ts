import { setTimeout as sleep } from 'node:timers/promises';
import type { RemoteAtTheEnd } from '../books/trail-rows.ts';
import type { Stage } from '../stage/stage.ts';

/** A burst takes as many requests as the budget allows in minutes, and the lease of a dead node expires. */
const LONGEST_MS = 8 * 60_000;
const STEP_MS = 1_000;

const ARCHIVED = `select w.remote_id as webhook, i.id, i.remote_id as "remoteId",
  coalesce(a.remote_status, a.status::text) as status, a.completed_at as at
from source s
join archive_webhook w on w.source_id = s.id
join archive_invocation i on i.webhook_id = w.id
join archive_attempt a on a.lane = i.lane and a.webhook_id = i.webhook_id and a.invocation_id = i.id
where s.name = $1`;

interface ArchivedRow {
  readonly webhook: string;
  readonly id: string;
  readonly remoteId: string | null;
  readonly status: string;
  readonly at: Date;
}

const GAPS =
  'select g.reason from source s join archive_gap g on g.source_id = s.id where s.name = $1';

/** Ends the traffic of the remote accounts, and waits until all that they list is archived, or for minutes. */
export async function readRemotes({ postgres, remotes }: Stage): Promise<RemoteAtTheEnd[]> {
  const ends = remotes.map(({ double, webhookIds }) => {
    const { account, faults } = double;
    faults.clear();
    for (const id of webhookIds) account.setTraffic(id, undefined);
    return rowsOf(double, webhookIds);
  });
  const endMs = Date.now() + LONGEST_MS;
  const found: RemoteAtTheEnd[] = [];
  for (const [index, { double, name, webhookIds }] of remotes.entries()) {
    const listed = ends[index] as string[];
    for (;;) {
      const archived = await archivedOf(name);
      const there = new Set(archived);
      if (listed.every((row) => there.has(row)) || Date.now() > endMs) {
        const gaps = await postgres.sql<{ reason: string }>(GAPS, [name]);
        found.push({
          name,
          listed,
          known: rowsOf(double, webhookIds),
          archived,
          gaps: gaps.length,
          requests: double.requests.count,
          busiestMinute: double.requests.busiestMinute,
          // Spoiled answers are not among these.
          refused: double.requests.latest.filter(({ status }) => status === 429).length,
        });
        break;
      }
      await sleep(STEP_MS);
    }
  }
  return found;

  async function archivedOf(name: string): Promise<string[]> {
    const rows = await postgres.sql<ArchivedRow>(ARCHIVED, [name]);
    return rows.map(
      ({ at, id, remoteId, status, webhook }) =>
        `${webhook} ${remoteId ?? id} ${status} ${at.getTime()}`,
    );
  }
}

function rowsOf(
  { account }: Stage['remotes'][number]['double'],
  webhookIds: readonly string[],
): string[] {
  return webhookIds.flatMap((webhook) =>
    account
      .history(webhook)
      .map(({ completedAtMs, id, status }) => `${webhook} ${id} ${status} ${completedAtMs}`),
  );
}
