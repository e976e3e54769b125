import { expect, test } from 'vitest';
import { CLOUD_EVENT_TYPE } from '../../deliver/request/cloud-event.ts';
import { newId } from '../../model/ids.ts';
import type { AttemptRow } from '../../sql/read-attempts.ts';
import { attemptView } from './attempt-view.ts';

const HEADERS = [
  ...['Content-Type', CLOUD_EVENT_TYPE, 'ce-specversion', '1.0'],
  ...['ce-id', 'E', 'ce-source', '/s', 'ce-type', 'a.b'],
];
const ENVELOPE =
  '{"specversion":"1.0","id":"E","source":"/s","type":"a.b","datacontenttype":"application/json","data":{}}';

function shown(row: Partial<AttemptRow>, text: string) {
  const given = {
    ...{
      id: newId(0),
      number: 1,
      manual: false,
      status: 'success',
      status_code: 200,
      duration_ms: 1,
    },
    ...{ reason: null, error_message: null, method: 'POST', url: null, response_headers: null },
    ...{ resend_id: null, job_id: null, requested_by: null, target_webhook_id: null },
    ...{ completed_at: null, request_headers: JSON.stringify(HEADERS) },
    ...row,
  } as AttemptRow;
  const show = { ofRequest: () => [], ofResponse: () => [] };
  const payload = { text, length: text.length };
  return attemptView(newId(0), given, payload, show, 'admin').request;
}

test.each<[what: string, row: Partial<AttemptRow>, payload: string]>([
  ['of ours is the event in its envelope', {}, '{}'],
  [
    'of a resend to a webhook of ours too',
    { completed_at: new Date(), resend_id: newId(0), target_webhook_id: newId(0) },
    '{}',
  ],
  ['of an archived one is as its source shows it', { completed_at: new Date() }, ENVELOPE],
  [
    'of a resend to its own endpoint too',
    { completed_at: new Date(), resend_id: newId(0) },
    ENVELOPE,
  ],
])('the body of a CloudEvent %s', (_what, row, payload) => {
  expect(shown(row, payload)).toMatchObject({
    payload: ENVELOPE,
    payload_length: ENVELOPE.length,
  });
});
