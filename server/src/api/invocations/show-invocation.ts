import type { Account, Role } from '../../model/account.ts';
import { laneOf } from '../../model/lanes.ts';
import { RESENDS_AFTER } from '../../model/resend-numbers.ts';
import { rulesOf } from '../../model/rules-of.ts';
import { inFamily } from '../../sql/parts/in-family.ts';
import type { Family } from '../../sql/parts/trail-family.ts';
import { readAttemptOutcomes } from '../../sql/read-attempt-outcomes.ts';
import { readEventBody } from '../../sql/read-event-body.ts';
import type { WholeInvocationRow } from '../../sql/read-invocation.ts';
import { explainInvocation } from '../../trail/explain-invocation.ts';
import type { TimelineEntry } from '../../trail/explanation.ts';
import type { Shown } from '../../trail/find-invocation.ts';
import { heldReasonOf } from '../../trail/held-reason-of.ts';
import { publicEventId } from '../../trail/public-event-id.ts';
import { type Gates, opensAt, readGates } from '../../trail/read-gates.ts';
import { reasonCodeOf } from '../../trail/reason-code-of.ts';
import { stateOf } from '../../trail/state-of.ts';
import type { Caller } from '../callers/caller.ts';
import { findWebhookOfInvocation } from '../callers/find-webhook-of-invocation.ts';
import { findWebhookOfTrail, type WebhookOfTrail } from '../callers/find-webhook-of-trail.ts';
import { errorAnswers } from '../schema/error-schema.ts';
import { invocationView } from '../schema/invocation-view.ts';
import type { Routes } from '../services/routes.ts';
import { ExplainedInvocation, ExplainedTrailInvocation } from './explained-schema.ts';
import { InvocationParams, OneInvocationParams } from './invocation-schema.ts';
import { requireInvocation } from './require-invocation.ts';
import { shownUrl } from './shown-url.ts';
import { webhookOfTrailView } from './webhook-of-trail-view.ts';

/** More would make the timeline unreadable; the list of attempts has them all. */
const SHOWN_ATTEMPTS = 100;

/** Events have at most 1 MiB. */
const MAX_BODY = 2 ** 30;
/** Those of a deleted webhook. */
const NO_GATES: Gates = { breaker: undefined, nextPermitAt: undefined };

/** Shows one invocation, with its timeline and an explanation of its state. */
export const showInvocation: Routes = (app, services) => {
  async function show(
    { accountId, role }: Caller,
    found: WebhookOfTrail,
    invocationId: string,
    shown: Shown,
  ) {
    const { clock, database, directory } = services;
    const { id, family, origin, webhook, deletedAt } = found;
    const account = directory.account(accountId) as Account;
    const invocation = await requireInvocation(services, found, invocationId, shown);
    const [attempts, [event], gates] = await Promise.all([
      database.run(inFamily(readAttemptOutcomes, family), {
        lane: laneOf(id),
        webhookId: id,
        invocationId: invocation.id,
        from: firstShown(invocation),
      }),
      invocation.event_id === null
        ? []
        : database.run(inFamily(readEventBody, family), {
            accountId,
            id: invocation.event_id,
            maxCharacters: family === 'local' ? MAX_BODY : 0,
          }),
      webhook === undefined ? NO_GATES : readGates(database, id, rulesOf(webhook, account)),
    ]);
    const eventId = event && eventIdOf(invocation, event, family);
    const nowMs = clock.now();
    const { text, timeline } = explainInvocation({
      account,
      attempts,
      eventId,
      gates,
      invocation,
      nowMs,
      origin,
      webhook,
    });
    return {
      ...invocationView(id, invocation, opensAt(gates)),
      ...(origin !== undefined && { origin }),
      ...(deletedAt !== undefined && { webhook_deleted_at: deletedAt.toISOString() }),
      ...(eventId !== undefined && { event_id: eventId }),
      state: stateOf(invocation, nowMs),
      ...factsView(invocation, reasonCodeOf(invocation, heldReasonOf(account, webhook), nowMs)),
      ...(invocation.erased_at !== null && { erased_at: invocation.erased_at.toISOString() }),
      ...(invocation.lost_count > 0 && { lost_leases: invocation.lost_count }),
      ...(invocation.resends_count > 0 && { resends_count: invocation.resends_count }),
      ...linksView(invocation),
      explanation: text,
      timeline: timeline.map((entry) => entryView(entry, role)),
    };
  }

  app.get(
    '/v1/webhooks/:id/invocations/:invocation_id',
    {
      schema: {
        operationId: 'showInvocation',
        summary: 'Show an invocation, and explain its state',
        tags: ['Invocations'],
        params: InvocationParams,
        response: { 200: ExplainedInvocation, ...errorAnswers(404) },
      },
    },
    async ({ caller, params }) => {
      const found = await findWebhookOfTrail(services, caller, params.id);
      return { invocation: await show(caller, found, params.invocation_id, 'listed') };
    },
  );

  app.get(
    '/v1/invocations/:invocation_id',
    {
      schema: {
        operationId: 'showInvocationById',
        summary: 'Show an invocation by its id alone, and explain its state',
        description: 'As `showInvocation`, with its webhook, which may be deleted.',
        tags: ['Invocations'],
        params: OneInvocationParams,
        response: { 200: ExplainedTrailInvocation, ...errorAnswers(404) },
      },
    },
    async ({ caller, params }) => {
      const found = await findWebhookOfInvocation(services, caller, params.invocation_id);
      return {
        webhook: webhookOfTrailView(found),
        invocation: await show(caller, found, params.invocation_id, 'stored'),
      };
    },
  );
};

/** The first number of the newest ones: resends have the highest. */
function firstShown({ outcomes_count, resends_count }: WholeInvocationRow): number {
  return resends_count < SHOWN_ATTEMPTS
    ? outcomes_count + resends_count - SHOWN_ATTEMPTS + 1
    : RESENDS_AFTER + resends_count - SHOWN_ATTEMPTS + 1;
}

/** The id of its event that its publisher knows. The body of an archived one may be any text. */
function eventIdOf(
  { event_id: id, event_type }: WholeInvocationRow,
  {
    beginning,
    own_id: ownId,
  }: { readonly beginning: string | null; readonly own_id: string | null },
  family: Family,
): string {
  const stored = id as string;
  if (family === 'archived') return ownId ?? stored;
  if (beginning === null) return ownId ?? stored;
  return publicEventId({ event_id: stored, event_type }, beginning);
}

/** What a query asks of an invocation; what is null is absent. */
function factsView(
  { duration_ms, error_class, trigger }: WholeInvocationRow,
  reason_code: ReturnType<typeof reasonCodeOf>,
) {
  return {
    ...(reason_code !== null && { reason_code }),
    ...(duration_ms !== null && { duration_ms }),
    ...(error_class !== null && { error_class }),
    ...(trigger !== null && { trigger }),
  };
}

/** The job that sent it last, and what a job has copied it from or to. */
function linksView(row: WholeInvocationRow) {
  const { job_id, origin_id, origin_webhook_id, copy_id, copy_webhook_id } = row;
  return {
    ...(job_id !== null && { job_id }),
    ...(origin_id !== null &&
      origin_webhook_id !== null && {
        copied_from: { webhook_id: origin_webhook_id, id: origin_id },
      }),
    ...(copy_id !== null &&
      copy_webhook_id !== null && { copied_to: { webhook_id: copy_webhook_id, id: copy_id } }),
  };
}

function entryView({ at, what, message, attemptId, request }: TimelineEntry, role: Role) {
  return {
    at: at.toISOString(),
    what,
    message,
    ...(attemptId !== undefined && { attempt_id: attemptId }),
    ...(request !== undefined && { method: request.method, url: shownUrl(request.url, role) }),
  };
}
