import { expect, test } from 'vitest';
import {
  CLOUD_EVENT_TYPE,
  cloudAttributes,
  cloudHeaders,
  envelopeOf,
} from '../deliver/request/cloud-event.ts';
import { SHOWN_BYTES } from './list-attempts.ts';
import { sentPayload } from './sent-payload.ts';

const facts = { id: 'E', type: 'a.b', atMs: 0 };
const payloadOf = (text: string, length = Buffer.byteLength(text)) => ({ text, length });

function sent(payload: string) {
  const attributes = cloudAttributes('/s', facts, payload);
  const { head, tail } = envelopeOf(attributes, payload === '');
  const headers = ['Content-Type', CLOUD_EVENT_TYPE, ...cloudHeaders(attributes)];
  return { body: head + payload + tail, headers };
}

test.each(['{"a":"é"}', '1', ''])('%j is shown in its envelope', (payload) => {
  const { body, headers } = sent(payload);
  expect(sentPayload(headers, payloadOf(payload))).toEqual(payloadOf(body));
});

test('of a long one the first 64 KiB are shown, and the length of all that was sent', () => {
  const payload = JSON.stringify('x'.repeat(SHOWN_BYTES * 2));
  const { body, headers } = sent(payload);
  const beginning = payloadOf(payload.slice(0, SHOWN_BYTES), payload.length);
  const shown = sentPayload(headers, beginning);
  expect(shown.text).toBe(body.slice(0, SHOWN_BYTES));
  expect(shown.length).toBe(body.length);
});

test('all others are what the event is', () => {
  const payload = payloadOf('{}');
  const { headers } = sent('{}');
  const plain = ['Content-Type', 'application/json; charset=utf-8', ...headers.slice(2)];
  const bare = ['Content-Type', CLOUD_EVENT_TYPE];
  for (const one of [plain, bare, [], headers.slice(2)]) {
    expect(sentPayload(one, payload)).toBe(payload);
  }
});
