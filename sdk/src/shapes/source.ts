import { asIs } from '../codec/as-is.ts';
import { model } from '../codec/model.ts';
import { time } from '../codec/time.ts';
import type {
  ArchiveGap,
  CheckedSource,
  ListedGap,
  Source,
  SourceAccess,
  SourceCredentials,
  SourceWebhook,
} from '../models/source.ts';

const archived = model<Source['archived']>({
  rows: asIs,
  invocations: asIs,
  lateRows: asIs,
  bodies: asIs,
});

const bodiesMissing = model<Source['bodiesMissing']>({
  count: asIs,
  failures: asIs,
  lost: asIs,
  firstLostAt: time,
});

const error = model<NonNullable<Source['error']>>({ code: asIs, message: asIs, at: time });

/** A source. */
export const source = model<Source>({
  id: asIs,
  name: asIs,
  baseUrl: asIs,
  credentials: asIs,
  webhooks: asIs,
  bodies: asIs,
  budgetShare: asIs,
  keepMonths: asIs,
  masking: asIs,
  resendSecrets: asIs,
  state: asIs,
  createdAt: time,
  updatedAt: time,
  pausedAt: time,
  lastPollAt: time,
  completeUntil: time,
  lagSeconds: asIs,
  webhooksCount: asIs,
  webhooksGone: asIs,
  webhooksUnread: asIs,
  archived,
  bodiesMissing,
  requestsPerMinute: asIs,
  rateLimit: asIs,
  clockOffMs: asIs,
  waitsUntil: time,
  error,
});

/** A webhook of a source. */
export const sourceWebhook = model<SourceWebhook>({
  id: asIs,
  remoteId: asIs,
  name: asIs,
  status: asIs,
  endpoint: asIs,
  httpMethod: asIs,
  requestFormat: asIs,
  subscriptions: asIs,
  goneAt: time,
  lastPollAt: time,
  pollSeconds: asIs,
  completeUntil: time,
  newestAt: time,
  archived,
  bodiesMissing,
});

/** Credentials, written. */
export const sourceCredentials = model<{
  email?: string;
  apiToken?: string;
  accessToken?: string;
}>({ email: asIs, apiToken: asIs, accessToken: asIs }) as unknown as {
  encode(credentials: SourceCredentials): unknown;
};

const access = model<SourceAccess>({
  webhooks: asIs,
  invocations: asIs,
  signingSecrets: asIs,
  rateLimit: asIs,
  explanation: asIs,
});

/** What credentials may read, in the answer of a dry run. */
export const sourceAccess = access;

/** A source, and what its credentials may read. */
export const checkedSource = model<CheckedSource>({ source, access });

const gap = { source: asIs, webhook: asIs, from: time, to: time, reason: asIs } as const;

/** A gap where its rows would be. */
export const listedGap = model<ListedGap>(gap);

/** A gap of the archive of a source. */
export const archiveGap = model<ArchiveGap>({ ...gap, id: asIs, foundAt: time });
