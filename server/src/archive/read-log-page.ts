import type { WebhookInvocation } from '@hooktrail/sdk';
import { type Advanced, advanceWalk } from './poll/advance-walk.ts';
import { readRemoteRows } from './poll/read-remote-rows.ts';
import type { Walk } from './poll/walk.ts';
import { type PreparedPage, preparePage } from './prepare-page.ts';
import { makeHoursDue } from './reconcile/make-hours-due.ts';
import type { RemotePage } from './remote/create-remote.ts';
import type { SourceHold } from './source-hold.ts';
import type { WebhookState } from './webhook-state.ts';

/** A page of the log of a webhook, ready to be stored. */
export interface LogPageRead {
  readonly advanced: Advanced;
  readonly prepared: PreparedPage;
  /** The webhook with what the page adds to its counts. */
  readonly counted: WebhookState;
}

/** Reads the next page of a walk. @throws RemoteFailure */
export async function readLogPage(
  hold: SourceHold,
  webhook: WebhookState,
  walk: Walk | null,
): Promise<LogPageRead> {
  const { row } = hold.parts;
  const page: RemotePage<WebhookInvocation> = await hold.ask((remote) =>
    remote.invocations(webhook.remoteId, walk?.after ?? undefined),
  );
  const { latestMs, remoteMs } = page.facts;
  const prepared = await preparePage(hold.parts, webhook.id, readRemoteRows(page.items), {
    remoteMs,
    rule: { bodies: row.bodies, every: row.bodies_every },
  });
  const { merged, wanted, wantedFailures } = prepared;
  const rows = prepared.rows.map(({ completedMs }, index) => ({
    completedMs,
    known: merged.known[index] as boolean,
    knownSinceMs: merged.knownSinceMs[index],
  }));
  const advanced = advanceWalk(
    walk,
    { rows, after: page.after, remoteMs, latestMs },
    webhook.newestMs,
  );
  const counted = {
    ...webhook,
    rowsCount: webhook.rowsCount + merged.outcomes.length,
    invocationsCount: webhook.invocationsCount + merged.created,
    lateCount: webhook.lateCount + advanced.late,
    wanted: webhook.wanted + wanted,
    wantedFailures: webhook.wantedFailures + wantedFailures,
  };
  const inserted = prepared.merged.invocations.map(({ id }) => id);
  const write: PreparedPage['write'] = async (runner) => {
    await prepared.write(runner);
    await makeHoursDue(
      runner,
      { sourceId: row.id, webhook, nowMs: hold.parts.clock.now() },
      inserted,
    );
  };
  return { advanced, prepared: { ...prepared, write }, counted };
}
