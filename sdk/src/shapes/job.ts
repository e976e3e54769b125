import { asIs } from '../codec/as-is.ts';
import type { Kind } from '../codec/kind.ts';
import { list } from '../codec/list.ts';
import { model } from '../codec/model.ts';
import { isRow } from '../codec/row.ts';
import { time } from '../codec/time.ts';
import type {
  EraseEstimate,
  EraseJob,
  EstimatedWebhook,
  ExportEstimate,
  ExportedWebhook,
  ExportJob,
  Job,
  JobCounts,
  JobEstimate,
  JobFile,
  JobHold,
  KeptExport,
  ReplayJob,
  SkippedItem,
} from '../models/job.ts';

const webhook = model<EstimatedWebhook['webhook']>({
  id: asIs,
  name: asIs,
  deletedAt: time,
  origin: asIs,
});

/** The counts of a job. */
const counts = model<JobCounts>({
  selected: asIs,
  more: asIs,
  alreadyDelivered: asIs,
  position: asIs,
  sent: asIs,
  succeeded: asIs,
  failed: asIs,
  inFlight: asIs,
  waiting: asIs,
  skipped: asIs,
  skippedByReason: asIs,
});

/** What jobs of all kinds have. */
const common = {
  id: asIs,
  kind: asIs,
  state: asIs,
  reasonCode: asIs,
  stateReason: asIs,
  reason: asIs,
  requestedBy: asIs,
  createdAt: time,
  startedAt: time,
  endedAt: time,
  expectedEndAt: time,
  query: asIs,
} as const;

const replay = model<ReplayJob>({
  ...common,
  order: asIs,
  rate: asIs,
  max: asIs,
  canary: model<NonNullable<ReplayJob['canary']>>({
    count: asIs,
    successShare: asIs,
    passed: asIs,
  }),
  stopOn: model<NonNullable<ReplayJob['stopOn']>>({ failureShare: asIs, ofLast: asIs }),
  targetWebhookId: asIs,
  includeSucceeded: asIs,
  counts,
  waitsFor: list(
    model<JobHold>({
      webhook: model<JobHold['webhook']>({ id: asIs, name: asIs, deletedAt: time, origin: asIs }),
      for: asIs,
    }),
  ),
});

const exported = model<ExportJob>({
  ...common,
  of: asIs,
  format: asIs,
  bodies: asIs,
  role: asIs,
  counts: asIs,
  share: asIs,
  reached: time,
  files: model<ExportJob['files']>({ count: asIs, keptUntil: time, deleted: asIs }),
});

const erasure = model<EraseJob>({
  ...common,
  counts: model<EraseJob['counts']>({
    selected: asIs,
    more: asIs,
    position: asIs,
    erased: asIs,
    invocations: asIs,
    attempts: asIs,
    waiting: asIs,
    skipped: asIs,
    skippedByReason: asIs,
  }),
});

const KINDS = { export: exported, erase: erasure } as const;

const kindOf = (value: unknown): Kind<ReplayJob> | Kind<ExportJob> | Kind<EraseJob> => {
  const kind = isRow(value) ? value['kind'] : undefined;
  return kind === 'export' || kind === 'erase' ? KINDS[kind] : replay;
};

/** A job of any kind. */
export const job: Kind<Job> = {
  decode: (value) => kindOf(value).decode(value),
  encode: (value) => kindOf(value).encode(value),
};

const fileModel = model<Omit<JobFile, 'id'>>({
  number: asIs,
  name: asIs,
  day: asIs,
  state: asIs,
  rows: asIs,
  bytes: asIs,
  sha256: asIs,
  url: asIs,
});

/** A file of an export. */
export const jobFile: Kind<JobFile> = {
  decode(value) {
    const file = fileModel.decode(value);
    return { ...file, id: file.number };
  },
  encode: fileModel.encode,
};

/** What an export would have. */
export const exportEstimate = model<ExportEstimate>({
  exact: asIs,
  counted: asIs,
  rows: asIs,
  webhooks: list(model<ExportedWebhook>({ webhook, invocations: asIs, byStatus: asIs })),
  webhooksCount: asIs,
});

/** What an erasure would do. */
export const eraseEstimate = model<EraseEstimate>({
  exact: asIs,
  events: asIs,
  archived: asIs,
  invocations: asIs,
  skipped: asIs,
  skippedByReason: asIs,
  exports: list(model<KeptExport>({ id: asIs, files: asIs, keptUntil: time })),
});

/** What a job would do. */
export const jobEstimate = model<JobEstimate>({
  exact: asIs,
  counted: asIs,
  invocations: asIs,
  byStatus: asIs,
  webhooks: list(
    model<EstimatedWebhook>({ webhook, invocations: asIs, byStatus: asIs, heldBy: asIs }),
  ),
  webhooksCount: asIs,
  alreadyDelivered: asIs,
  bodiesGone: asIs,
  archived: asIs,
  skippedByReason: asIs,
  expectedDurationS: asIs,
});

/** What a job did not send or erase. */
export const skippedItem = model<SkippedItem>({
  webhookId: asIs,
  id: asIs,
  createdAt: time,
  reason: asIs,
});
