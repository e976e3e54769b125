import type { WebhookInvocation } from '@hooktrail/sdk';
import { readRemoteRows } from '@hooktrail/server/read-remote-rows';
import type { BodiesRule } from '@hooktrail/server/wants-body';
import type { AccountReader } from './account-reader.ts';
import type { Appended, ArchiveFolder } from './archive-folder.ts';
import type { ArchiveState, LogProgress } from './archive-state.ts';
import type { RowMasks } from './create-row-masks.ts';
import { type KeptRow, KnownRows } from './known-rows.ts';

interface Parts {
  readonly folder: ArchiveFolder;
  readonly reader: AccountReader;
  readonly bodies: 'all' | 'failures' | 'none';
  /** Undefined: rows are kept as the service shows them. */
  readonly mask: RowMasks | undefined;
  readonly isOver: () => boolean;
  readonly onProgress?: (done: ArchiveRun['done']) => void;
}

/** What a run does its work with, and what it has done. */
export class ArchiveRun {
  readonly folder: ArchiveFolder;
  readonly reader: AccountReader;
  readonly rule: BodiesRule;
  readonly known: KnownRows;
  readonly mask: RowMasks | undefined;
  /** Whether the time of the run is over. */
  readonly isOver: () => boolean;
  readonly done = { rows: 0, lateRows: 0, attempts: 0, bodiesLost: 0 };
  /** What could not be read now and may be by the next run, in words. */
  readonly problems: string[] = [];

  readonly #onProgress: Parts['onProgress'];

  constructor({ bodies, folder, isOver, mask, onProgress, reader }: Parts) {
    this.#onProgress = onProgress;
    this.folder = folder;
    this.reader = reader;
    this.mask = mask;
    this.rule = { bodies, every: null };
    this.isOver = isOver;
    this.known = new KnownRows(folder, readKept);
  }

  webhook(id: string): LogProgress {
    const found = this.folder.state.webhooks[id];
    if (found === undefined) throw new RangeError(`no webhook ${id}`);
    return found;
  }

  /** What was written is counted. */
  count(more: Partial<ArchiveRun['done']>): void {
    for (const [name, number] of Object.entries(more)) {
      this.done[name as keyof ArchiveRun['done']] += number;
    }
    this.#onProgress?.(this.done);
  }

  /** Writes lines, and how far the log of a webhook is read, in one step. */
  async moved(
    id: string,
    progress: LogProgress,
    appended: Appended = new Map(),
    more: Partial<ArchiveState> = {},
  ): Promise<void> {
    const { state } = this.folder;
    await this.folder.commit(appended, {
      ...state,
      ...more,
      rateLimit: this.reader.pace.limit,
      webhooks: { ...state.webhooks, [id]: progress },
    });
  }
}

function readKept(line: string): KeptRow | undefined {
  const row = JSON.parse(line) as Record<string, string> & { status_code?: number };
  const item = {
    id: row['id'],
    status: row['status'],
    // A Hooktrail lists what it held back without.
    ...(row['latest_completed_at'] && { latestCompletedAt: new Date(row['latest_completed_at']) }),
    statusCode: row.status_code,
  } as unknown as WebhookInvocation;
  const [outcome] = readRemoteRows([item]);
  return outcome && { webhookId: row['webhook_id'] ?? '', outcome };
}
