import type { EventSummaryRow } from '../../sql/read-account-events.ts';
import type { AttemptRow } from '../../sql/read-attempts.ts';
import type { TrailRow } from '../../sql/read-created-invocations.ts';
import type { ListedEvent } from '../../trail/event-facts.ts';
import type { Payload } from '../../trail/list-attempts.ts';
import type { ListedWebhook } from '../../trail/select-webhooks.ts';
import type { ExportRole } from './export-spec.ts';

/** Rows as the API shows them; it provides them, so that files and answers cannot differ. */
export interface ExportViews {
  invocation(
    row: TrailRow,
    webhook: ListedWebhook,
    event: ListedEvent | undefined,
    nowMs: number,
  ): object;
  attempt(
    invocationId: string,
    row: AttemptRow,
    webhook: ListedWebhook,
    /** Without bodies, undefined. */
    payload: Payload | undefined,
    how: { readonly role: ExportRole; readonly bodies: boolean },
  ): object;
  event(row: EventSummaryRow, body: string | undefined): object;
}
