import type { HeaderList } from '../../http-client/header-list.ts';
import type { Role } from '../../model/account.ts';
import { idTimeMs } from '../../model/ids.ts';
import type { AttemptRow } from '../../sql/read-attempts.ts';
import type { Payload } from '../../trail/list-attempts.ts';
import { sentPayload } from '../../trail/sent-payload.ts';
import { headerPairs } from '../schema/header-pairs.ts';
import type { ShowHeaders } from './headers-for.ts';
import type { Attempt } from './invocation-schema.ts';
import { shownUrl } from './shown-url.ts';

/** An attempt as the API shows it: both shapes of spec/contract.md, "List attempts", in one. */
export function attemptView(
  invocationId: string,
  row: AttemptRow,
  payload: Payload | undefined,
  show: ShowHeaders,
  role: Role,
): Attempt {
  const startedAtMs = idTimeMs(row.id);
  const completedAt = row.completed_at ?? new Date(startedAtMs + (row.duration_ms ?? 0));
  return {
    id: row.id,
    invocation_id: invocationId,
    status: row.status,
    ...(row.status_code !== null && {
      status_code: row.status_code,
      response_code: row.status_code,
    }),
    created_at: new Date(startedAtMs).toISOString(),
    completed_at: completedAt.toISOString(),
    ...(row.duration_ms !== null && { duration_ms: row.duration_ms }),
    trigger: row.resend_id !== null ? 'resend' : row.manual ? 'manual' : 'schedule',
    ...(row.resend_id !== null && { resend: resendView(row, row.resend_id) }),
    ...(row.reason !== null && { reason: row.reason }),
    ...(row.error_message !== null && { error_message: row.error_message }),
    ...(row.method !== null && { method: row.method }),
    ...(row.url !== null && { url: shownUrl(row.url, role) }),
    ...(row.request_headers !== null && {
      request: {
        headers: headerPairs(show.ofRequest(JSON.parse(row.request_headers))),
        ...(payload !== undefined && payloadView(row, payload)),
      },
    }),
    ...responseView(row, show),
  };
}

function payloadView(row: AttemptRow, payload: Payload) {
  // What is archived of a request is what was sent, with its envelope; we make one only for webhooks of ours.
  const isOurs = row.completed_at === null || row.target_webhook_id !== null;
  const headers = JSON.parse(row.request_headers ?? '[]') as HeaderList;
  const { length, text } = isOurs ? sentPayload(headers, payload) : payload;
  return { payload: text, payload_length: length };
}

function resendView(row: AttemptRow, id: string): NonNullable<Attempt['resend']> {
  return {
    id,
    ...(row.job_id !== null && { job_id: row.job_id }),
    requested_by: row.requested_by ?? '',
    ...(row.target_webhook_id !== null && { target_webhook_id: row.target_webhook_id }),
  };
}

function responseView(row: AttemptRow, show: ShowHeaders): Partial<Attempt> {
  if (row.response_headers === null) return {};
  const pairs = headerPairs(show.ofResponse(JSON.parse(row.response_headers)));
  const body = row.response_body ?? '';
  const length = row.response_length ?? 0;
  return {
    response: { headers: pairs, payload: body, payload_length: length },
    response_headers: joinHeaders(pairs),
    response_body: body,
    response_length: length,
    ...(row.response_raw?.length && { response_body_raw: row.response_raw.toString('base64') }),
  };
}

/**
 * Repeated headers joined by commas. The receiver chooses names: `__proto__` must become a plain
 * key.
 */
function joinHeaders(pairs: readonly { key: string; value: string }[]): Record<string, string> {
  const values = new Map<string, string>();
  for (const { key, value } of pairs) {
    const name = key.toLowerCase();
    const before = values.get(name);
    values.set(name, before === undefined ? value : `${before}, ${value}`);
  }
  return Object.fromEntries(values);
}
