import { expect, test } from 'vitest';
import { publicEventId } from './public-event-id.ts';

const STORED = '01ARZ3NDEKTSV4RRFFQ69G5FAV';

test.each([
  ['order.paid', '{"id":"order-1","type":"order.paid"}', 'order-1'],
  ['order.paid', `{"type":"order.paid","id":"${STORED}"}`, STORED],
  ['order.paid', '{"id":"a","detail":{"text":"\\u0000 \\ud800","id":"b"}}', 'a'],
  ['conditional_ticket_events', '{"id":"of a payload"}', STORED],
  ['conditional_ticket_events', '<xml/>', STORED],
])('%s %s', (event_type, body, id) => {
  expect(publicEventId({ event_id: STORED, event_type }, body)).toBe(id);
});
