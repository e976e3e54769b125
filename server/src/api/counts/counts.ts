import { DAY_MS } from '../../model/time-units.ts';
import { type Chosen, chooseUnit, SpanTooLong } from '../../rollups/choose-unit.ts';
import { type CountedBy, type CountsRow, countRollups } from '../../rollups/count-rollups.ts';
import { countedSpan, fieldsBeyondRollups } from '../../rollups/counted-span.ts';
import type { RollupUnit } from '../../sql/parts/rollup-reading.ts';
import { readDeletedWebhookNames } from '../../sql/read-deleted-webhooks.ts';
import { countInvocations } from '../../trail/count-invocations.ts';
import { namedWebhooks } from '../../trail/named-webhooks.ts';
import { type ListedWebhook, selectWebhooks } from '../../trail/select-webhooks.ts';
import type { FieldError } from '../errors/api-error.ts';
import { validationError } from '../errors/validation-error.ts';
import { readTrailQuery } from '../invocations/read-trail-query.ts';
import { MOST_WEBHOOKS } from '../invocations/trail-invocations.ts';
import { webhookOfTrailView } from '../invocations/webhook-of-trail-view.ts';
import { errorAnswers } from '../schema/error-schema.ts';
import { ref } from '../schema/ref.ts';
import type { Routes } from '../services/routes.ts';
import { Counts, CountsParameters } from './counts-schema.ts';
import { countsView } from './counts-view.ts';

const PARAMETERS = Object.keys(CountsParameters.properties);

/** The span of a query that names no time. */
const DEFAULT_MS = DAY_MS;

/** An answer of 3 MB; a chart shows a tenth of it. */
const MOST_ROWS = 10_000;

/** Counts attempts and settled invocations of an account. */
export const counts: Routes = (app, services) => {
  app.get(
    '/v1/counts',
    {
      schema: {
        operationId: 'countInvocations',
        summary: 'Count attempts and settled invocations, by webhook, status, error class and time',
        description:
          'Exact, from rollups, for a query of `webhook`, `status`, `error`, `since`, `until` and `completed`; the times are those of completion, and the last 24 hours by default. For any other query, how many invocations it selects, up to 10,000.',
        tags: ['Invocations'],
        querystring: CountsParameters,
        response: { 200: ref(Counts), ...errorAnswers(400) },
      },
    },
    async (request) => {
      const { accountId } = request.caller;
      const { clock, database, directory, rollupKeptMs } = services;
      const { step, ...parameters } = request.query;
      const by = [...new Set((parameters.by ?? '').split(',').filter(Boolean))] as CountedBy[];
      const nowMs = clock.now();
      const compiled = readTrailQuery(request.query, PARAMETERS, nowMs, 'countInvocations');
      const { filter, query } = compiled;
      const beyond = fieldsBeyondRollups(query);
      if (beyond.length > 0) refuseRows(by, step, beyond);

      const deleted = await database.run(readDeletedWebhookNames, {
        accountId,
        among: namedWebhooks(compiled.webhooks),
        limit: MOST_WEBHOOKS + 1,
      });
      // Rollups count what this installation delivers.
      const ours = { accountId, archived: [], deleted, directory };
      const webhooks = await selectWebhooks(ours, compiled);
      const isNarrow = compiled.webhooks.length > 0;
      const counted = isNarrow || by.includes('webhook') ? webhooks.length : 1;
      if ((beyond.length > 0 ? webhooks.length : counted) > MOST_WEBHOOKS) {
        throw invalid(
          'q',
          'too_many',
          `the query covers more than ${MOST_WEBHOOKS} webhooks: name some with webhook:`,
        );
      }

      if (beyond.length > 0) {
        const live = await countInvocations(services, { query: compiled, webhooks });
        const { fromMs, toMs } = live.covered;
        return {
          counts: [],
          live: { invocations: live.count, more: live.more },
          meta: { from: iso(fromMs), to: iso(toMs) },
        };
      }

      const span = countedSpan(query, nowMs);
      if (span === undefined) {
        throw invalid(
          'q',
          'not_allowed',
          'q: counts are of one span of time: this query has several',
        );
      }
      const isOpen = !Number.isFinite(span[0]);
      const chosen = unitOf(() =>
        chooseUnit({
          span: [isOpen ? Math.min(span[1], nowMs) - DEFAULT_MS : span[0], span[1]],
          step,
          counted: Math.max(1, counted),
          nowMs,
          keptMs: rollupKeptMs,
        }),
      );
      const result = await countRollups(
        { citus: services.oneLane, database },
        {
          accountId,
          webhookIds:
            isNarrow || compiled.nothing ? idsOf(compiled.nothing ? [] : webhooks) : undefined,
          knownIds: idsOf(webhooks),
          by,
          byStep: step !== undefined,
          chosen,
          statuses: filter.statuses,
          errors: filter.errors,
        },
      );
      if (result.rows.length > MOST_ROWS) {
        throw invalid(
          'by',
          'too_many',
          `the answer would have ${result.rows.length} rows, at most ${MOST_ROWS} are answered: give a shorter span, a coarser step, or less by`,
        );
      }
      const byId = new Map(webhooks.map((one) => [one.id, one]));
      const { countedUntil, total } = result;
      return {
        counts: result.rows.toSorted(inOrder).map((row) => rowView(row, byId)),
        total: countsView(total),
        meta: {
          from: iso(chosen.fromMs),
          to: iso(chosen.toMs),
          unit: chosen.unit,
          ...(countedUntil !== undefined && { counted_until: countedUntil.toISOString() }),
        },
      };
    },
  );
};

const iso = (ms: number): string => new Date(ms).toISOString();

const idsOf = (webhooks: readonly ListedWebhook[]): string[] => webhooks.map(({ id }) => id);

function rowView(row: CountsRow, byId: ReadonlyMap<string, ListedWebhook>) {
  const { at, error, status, sums, webhookId } = row;
  const webhook = webhookId === undefined ? undefined : byId.get(webhookId);
  return {
    ...(webhook !== undefined && { webhook: webhookOfTrailView(webhook) }),
    ...(status !== undefined && { status }),
    ...(error !== undefined && error !== '' && { error_class: error }),
    ...(at !== undefined && { at: at.toISOString() }),
    ...countsView(sums),
  };
}

/** By time, and then the most attempts first. */
function inOrder(one: CountsRow, other: CountsRow): number {
  const byTime = (one.at?.getTime() ?? 0) - (other.at?.getTime() ?? 0);
  return byTime || other.sums.counts.attempts - one.sums.counts.attempts;
}

/** Only what rollups answer has rows. */
function refuseRows(by: readonly string[], step: RollupUnit | undefined, beyond: string[]): void {
  const field = by.length > 0 ? 'by' : step === undefined ? undefined : 'step';
  if (field === undefined) return;
  throw invalid(
    field,
    'not_allowed',
    `${field}: rows are counted for webhook, status, error, since, until and completed only, and the query also has ${beyond.join(', ')}; without by and step it is counted as a whole`,
  );
}

function unitOf(choose: () => Chosen): Chosen {
  try {
    return choose();
  } catch (error) {
    if (error instanceof SpanTooLong) throw invalid('step', 'too_many', error.message);
    throw error;
  }
}

const invalid = (field: string, code: FieldError['code'], message: string) =>
  validationError('InvalidParameter', [{ field, code, message }]);
