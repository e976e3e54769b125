import type { ExportViews } from '../../jobs/export/export-views.ts';
import type { HeaderBox } from '../../secrets/header-box.ts';
import { eventView } from '../events/event-view.ts';
import { headersFor } from '../invocations/headers-for.ts';
import type { Attempt } from '../invocations/invocation-schema.ts';
import { trailAttemptView } from '../invocations/trail-attempt-view.ts';
import { trailInvocationView } from '../invocations/trail-invocation-view.ts';
import { webhookOfTrailView } from '../invocations/webhook-of-trail-view.ts';

/** Makes the rows of exports what the answers of the API are. */
export function createExportViews(headerBox: HeaderBox): ExportViews {
  return {
    invocation: trailInvocationView,
    attempt(invocationId, row, webhook, payload, { bodies, role }) {
      const show = headersFor(role, headerBox);
      const view = trailAttemptView(invocationId, row, payload, show, role);
      return {
        webhook: webhookOfTrailView(webhook),
        number: row.number,
        ...(bodies ? view : withoutBodies(view)),
      };
    },
    event: (row, body) => ({ ...eventView(row), ...(body !== undefined && { body }) }),
  };
}

function withoutBodies({
  request,
  response,
  response_body: _,
  response_body_raw: __,
  ...attempt
}: Attempt): object {
  const { payload: ___, ...answer } = response ?? {};
  return {
    ...attempt,
    ...(request && { request: { headers: request.headers } }),
    ...(response && { response: answer }),
  };
}
