import type { FastifyRequest } from 'fastify';
import { listReconciled } from '../../archive/reconcile/list-reconciled.ts';
import { isId } from '../../model/ids.ts';
import { HOUR_MS } from '../../model/time-units.ts';
import { readSpanGaps } from '../../sql/read-archive-gaps.ts';
import {
  type ReconcileHourRow,
  readReconcileHoursAbove,
  readReconcileHoursBelow,
  readReconcileTotal,
} from '../../sql/read-reconcile-hours.ts';
import { readReconciledWebhooksOfSource } from '../../sql/read-reconciled-webhooks.ts';
import { readSourceWebhooks } from '../../sql/read-source-webhooks.ts';
import { readPage } from '../../trail/read-page.ts';
import { notFound } from '../errors/not-found.ts';
import { paging } from '../lists/paging.ts';
import { errorAnswers } from '../schema/error-schema.ts';
import { listedGapView } from '../schema/listed-gap-view.ts';
import type { Routes } from '../services/routes.ts';
import { readReconcileSpan } from './read-reconcile-span.ts';
import {
  ReconciledInvocations,
  ReconciledParameters,
  ReconcileParameters,
  Reconciliation,
} from './reconcile-schema.ts';
import { reconcileNumbers, reconcileView } from './reconcile-view.ts';
import { reconciledView } from './reconciled-view.ts';
import { SourceParams } from './source-schema.ts';

const PARAMETERS = Object.keys(ReconcileParameters.properties);
const ROW_PARAMETERS = Object.keys(ReconciledParameters.properties);

/** As in the list of invocations. */
const MOST_GAPS = 50;

/** Those that touch the hours of a page: a log that is erased every hour has one of each hour and webhook. */
const MOST_PAGE_GAPS = 1_000;

const FIRST_ID = '0'.repeat(26);
const LAST_ID = `7${'Z'.repeat(25)}`;

/** What a source lists against what arrived at an inbox. */
export const reconcile: Routes = (app, services) => {
  const { archive, clock, database, inboxes } = services;
  const tags = ['Sources'];

  type Query = Parameters<typeof readReconcileSpan>[0];

  /** @throws ApiError `RecordNotFound`, or for a span that is not valid. */
  async function asked({
    caller,
    params,
    query,
  }: Pick<FastifyRequest, 'caller'> & { params: { id: string } } & {
    query: Query;
  }) {
    const { id: sourceId } = params;
    const source = isId(sourceId)
      ? await archive.store.find(caller.accountId, sourceId)
      : undefined;
    if (source === undefined) throw notFound('source', sourceId);
    const webhooks = await database.run(readReconciledWebhooksOfSource, sourceId);
    const span = readReconcileSpan(query, webhooks, clock.now());
    const { webhookId } = span;
    if (webhookId !== null) {
      const known = await database.run(readSourceWebhooks, sourceId);
      if (!known.some(({ id }) => id === webhookId)) throw notFound('webhook', webhookId);
    }
    const linked = webhooks.filter(({ id }) => webhookId === null || id === webhookId);
    return { sourceId, span: { sourceId, ...span }, linked };
  }

  app.get(
    '/v1/sources/:id/reconcile',
    {
      schema: {
        operationId: 'reconcileSource',
        summary: 'Compare what a source lists with what arrived at an inbox, by webhook and hour',
        description:
          'Of webhooks whose endpoint is the address of an inbox of the account. An invocation is of the hour of its creation, and compared ten minutes later. The numbers are kept as long as the archive.',
        tags,
        params: SourceParams,
        querystring: ReconcileParameters,
        response: { 200: Reconciliation, ...errorAnswers(400, 404) },
      },
    },
    async (request, reply) => {
      const { accountId } = request.caller;
      const { linked, sourceId, span } = await asked(request);
      const pages = paging(services, { list: 'reconcile', owner: sourceId, sort: '' }, PARAMETERS);
      const { fromMs, toMs } = span;
      const page = await readPage<ReconcileHourRow>(
        {
          descending: true,
          positionOf: (row) => ({ key: row.hour_at.getTime(), id: row.webhook_id }),
          read: (direction, from, limit) => {
            const isDown = direction === 'forward';
            return database.run(isDown ? readReconcileHoursBelow : readReconcileHoursAbove, {
              ...span,
              kind: null,
              beyondMs: from === undefined ? (isDown ? toMs : 0) : Number(from.key),
              beyondWebhook: from?.id ?? (isDown ? FIRST_ID : LAST_ID),
              limit,
            });
          },
        },
        pages.request(request.query),
      );
      const [counts] = await database.run(readReconcileTotal, span);
      const total = reconcileNumbers(counts as ReconcileHourRow);
      const shown = [...new Set(page.rows.map((row) => row.webhook_id))];
      const times = page.rows.map((row) => row.hour_at.getTime());
      const gapsOf = (
        webhookIds: readonly string[],
        of: { readonly fromMs: number; readonly toMs: number },
        limit: number,
      ) =>
        webhookIds.length === 0
          ? []
          : database.run(readSpanGaps, { accountId, ...of, webhookIds, limit });
      const ofPage = { fromMs: Math.min(...times), toMs: Math.max(...times) + HOUR_MS - 1 };
      const pageGaps = await gapsOf(shown, ofPage, MOST_PAGE_GAPS);
      const all = [...new Set([...linked.map(({ id }) => id), ...shown])];
      const gaps = await gapsOf(all, { fromMs, toMs: toMs - 1 }, MOST_GAPS);
      const names = new Map((await inboxes.list(accountId)).map(({ id, name }) => [id, name]));
      const { links, meta } = pages.answer(page, request, reply);
      // One that is gone there is compared to its end.
      const sending = linked.filter((one) => one.gone_at === null);
      const untilMs = Math.min(...sending.map((one) => one.reconciled_at.getTime()));
      return {
        hours: page.rows.map((row) => reconcileView(row, pageGaps, names.get(row.inbox_id))),
        total,
        missing: total.not_arrived,
        meta: {
          ...meta,
          from: iso(fromMs),
          to: iso(toMs),
          webhooks: sending.length,
          ...(sending.length > 0 && { compared_until: iso(untilMs) }),
          ...(gaps.length > 0 && { gaps: gaps.map(listedGapView) }),
        },
        links,
      };
    },
  );

  app.get(
    '/v1/sources/:id/reconcile/invocations',
    {
      schema: {
        operationId: 'listReconciledInvocations',
        summary: 'List the invocations behind a number of a comparison',
        description: 'By hour of creation, the latest first, then by webhook, then newest first.',
        tags,
        params: SourceParams,
        querystring: ReconciledParameters,
        response: { 200: ReconciledInvocations, ...errorAnswers(400, 404) },
      },
    },
    async (request, reply) => {
      const { sourceId, span } = await asked(request);
      const { kind } = request.query;
      const pages = paging(
        services,
        { list: 'reconciled', owner: sourceId, sort: kind },
        ROW_PARAMETERS,
      );
      const page = await listReconciled(database, span, kind, pages.request(request.query));
      const known = await database.run(readSourceWebhooks, sourceId);
      const names = new Map(known.map(({ id, name }) => [id, name]));
      const { links, meta } = pages.answer(page, request, reply);
      return {
        invocations: page.rows.map((row) =>
          reconciledView(row, kind, names.get(row.webhook_id) ?? ''),
        ),
        meta: { ...meta, from: iso(span.fromMs), to: iso(span.toMs) },
        links,
      };
    },
  );
};

const iso = (ms: number) => new Date(ms).toISOString();
