import { list } from '../internal/list.ts';
import { readFramed } from '../internal/read-framed.ts';
import { readMany } from '../internal/read-many.ts';
import { readNothing } from '../internal/read-nothing.ts';
import { readOne } from '../internal/read-one.ts';
import type { Send } from '../internal/send.ts';
import { v1Path } from '../internal/v1-path.ts';
import type {
  ReconciledInvocation,
  ReconcileKind,
  Reconciliation,
} from '../models/reconciliation.ts';
import type {
  ArchiveGap,
  CheckedSource,
  Source,
  SourceAccess,
  SourceInput,
  SourcePatch,
  SourceWebhook,
} from '../models/source.ts';
import type { CallOptions } from '../options/call-options.ts';
import type { APIPromise } from '../results/api-promise.ts';
import type { PagePromise } from '../results/page-promise.ts';
import type { PageQuery } from '../results/page-query.ts';
import { reconciledInvocation, reconciliation } from '../shapes/reconciliation.ts';
import {
  archiveGap,
  checkedSource,
  sourceAccess,
  sourceCredentials,
  source as sourceShape,
  sourceWebhook,
} from '../shapes/source.ts';

/** The page of a list of webhooks of a source, and which. */
export interface ListSourceWebhooksQuery extends Omit<PageQuery, 'sort'> {
  /** Only those that the service has, or only those that it has no longer. */
  readonly state?: 'existing' | 'gone' | undefined;
}

/** Remote accounts whose trail is archived. */
export interface Sources {
  /**
   * Returns all sources of the account, oldest first: at most 20.
   *
   * @param options - Apply to this call.
   */
  list(options?: CallOptions): APIPromise<Source[]>;

  /**
   * Archives the trail of a remote account. The server tries the credentials at once, and says what they
   * may read. The client does not retry this call after a timeout or a broken connection.
   *
   * @param source - The source.
   * @param options - Apply to this call.
   * @throws `ConflictError` when the account has 20 sources; `UnprocessableEntityError` when another source
   *   has the name, or the credentials cannot list webhooks; otherwise the same as every call.
   */
  create(source: SourceInput, options?: CallOptions): APIPromise<CheckedSource>;

  /**
   * Tries the credentials of a source that is not created: says what they may read, and creates nothing.
   *
   * @param source - The source.
   * @param options - Apply to this call.
   * @throws `UnprocessableEntityError` when the credentials cannot list webhooks; otherwise the same as
   *   every call.
   */
  check(source: SourceInput, options?: CallOptions): APIPromise<SourceAccess>;

  /**
   * Returns one source: how far it is read, what is archived and what is missing.
   *
   * @param sourceId - The source.
   * @param options - Apply to this call.
   */
  get(sourceId: string, options?: CallOptions): APIPromise<Source>;

  /**
   * Changes a source: omitted fields stay.
   *
   * @param sourceId - The source.
   * @param changes - What changes.
   * @param options - Apply to this call.
   */
  update(sourceId: string, changes: SourcePatch, options?: CallOptions): APIPromise<CheckedSource>;

  /**
   * Deletes a source with everything archived of it. A retry after a lost answer may find it deleted already
   * and throw `NotFoundError`.
   *
   * @param sourceId - The source.
   * @param options - Apply to this call.
   */
  delete(sourceId: string, options?: CallOptions): APIPromise<void>;

  /**
   * Pauses a source: nothing is asked of it any more. What finishes meanwhile is a gap after seven days.
   *
   * @param sourceId - The source.
   * @param options - Apply to this call.
   */
  pause(sourceId: string, options?: CallOptions): APIPromise<Source>;

  /**
   * Resumes a paused source.
   *
   * @param sourceId - The source.
   * @param options - Apply to this call.
   */
  resume(sourceId: string, options?: CallOptions): APIPromise<Source>;

  /**
   * Makes the polls of all webhooks of a source due now.
   *
   * @param sourceId - The source.
   * @param options - Apply to this call.
   */
  poll(sourceId: string, options?: CallOptions): APIPromise<Source>;

  /**
   * Lists the spans of which it is unknown what finished in them, the one found last first. Await the result
   * for the first page, or iterate over it for the gaps of all pages.
   *
   * @param sourceId - The source.
   * @param query - Size and cursor.
   * @param options - Apply to each page.
   */
  gaps(
    sourceId: string,
    query?: Omit<PageQuery, 'sort'>,
    options?: CallOptions,
  ): PagePromise<ArchiveGap>;

  /**
   * Lists the webhooks of a source as its service shows them, with how far their logs are read, the one
   * mirrored last first. Those that the service has no longer keep their trail.
   *
   * @param sourceId - The source.
   * @param query - Which, size and cursor.
   * @param options - Apply to each page.
   */
  webhooks(
    sourceId: string,
    query?: ListSourceWebhooksQuery,
    options?: CallOptions,
  ): PagePromise<SourceWebhook>;

  /**
   * Compares what a source lists with what arrived at an inbox, by webhook and hour of creation. `missing` is the
   * number to alert on.
   *
   * @param sourceId - The source.
   * @param query - The span, the last 24 hours by default and 31 days at most; size and cursor of the page of hours.
   * @param options - Apply to this call.
   */
  reconcile(
    sourceId: string,
    query?: ReconcileQuery,
    options?: CallOptions,
  ): APIPromise<Reconciliation>;

  /**
   * Lists the invocations behind a number of a comparison, by hour, the latest first. Await the result for the first
   * page, or iterate over it for those of all pages.
   *
   * @param sourceId - The source.
   * @param kind - The number.
   * @param query - The span, size and cursor.
   * @param options - Apply to each page.
   */
  reconciled(
    sourceId: string,
    kind: ReconcileKind,
    query?: ReconcileQuery,
    options?: CallOptions,
  ): PagePromise<ReconciledInvocation>;
}

/** The span of a comparison. */
export interface ReconcileQuery extends Omit<PageQuery, 'sort'> {
  /** The earliest creation, in whole hours; 24 hours before `to` by default. */
  readonly from?: Date | string | undefined;
  /** The latest creation, exclusive and in whole hours; now by default. */
  readonly to?: Date | string | undefined;
  /** The id of one archived webhook. */
  readonly webhook?: string | undefined;
}

const readSource = readOne('source', sourceShape);
const readSources = readMany('sources', sourceShape);
const readChecked = readFramed(checkedSource, { source: 'object' });
const readAccess = readOne('access', sourceAccess);
const readReconciliation = readFramed(reconciliation, {
  hours: 'list',
  total: 'object',
  meta: 'object',
});

const bodyOf = ({ credentials, ...source }: SourcePatch): object => ({
  source: {
    ...(sourceShape.encode(source as Source) as object),
    ...(credentials && { credentials: sourceCredentials.encode(credentials) }),
  },
});

/** Creates the operations on sources. */
export const sources = (send: Send): Sources => {
  const act =
    (verb: 'pause' | 'resume' | 'poll'): Sources['pause'] =>
    (sourceId, options) =>
      send(
        { method: 'POST', path: v1Path('sources', sourceId, verb), idempotent: true },
        readSource,
        options,
      );

  return {
    list: (options) => send({ path: v1Path('sources') }, readSources, options),

    create: (source, options) =>
      send({ method: 'POST', path: v1Path('sources'), body: bodyOf(source) }, readChecked, options),

    check: (source, options) =>
      send(
        { method: 'POST', path: v1Path('sources'), body: { ...bodyOf(source), dry_run: true } },
        readAccess,
        options,
      ),

    get: (sourceId, options) => send({ path: v1Path('sources', sourceId) }, readSource, options),

    update: (sourceId, changes, options) =>
      send(
        { method: 'PATCH', path: v1Path('sources', sourceId), body: bodyOf(changes) },
        readChecked,
        options,
      ),

    delete: (sourceId, options) =>
      send({ method: 'DELETE', path: v1Path('sources', sourceId) }, readNothing, options),

    pause: act('pause'),
    resume: act('resume'),
    poll: act('poll'),

    gaps: (sourceId, query, options) =>
      list(
        send,
        { path: v1Path('sources', sourceId, 'gaps'), name: 'gaps', kind: archiveGap },
        query,
        options,
      ),

    webhooks: (sourceId, query, options) =>
      list(
        send,
        {
          path: v1Path('sources', sourceId, 'webhooks'),
          name: 'webhooks',
          kind: sourceWebhook,
        },
        query,
        options,
      ),

    reconcile: (sourceId, query, options) =>
      send({ path: v1Path('sources', sourceId, 'reconcile'), query }, readReconciliation, options),

    reconciled: (sourceId, kind, query, options) =>
      list(
        send,
        {
          path: v1Path('sources', sourceId, 'reconcile', 'invocations'),
          name: 'invocations',
          kind: reconciledInvocation,
          parameters: { kind },
        },
        query,
        options,
      ),
  };
};
