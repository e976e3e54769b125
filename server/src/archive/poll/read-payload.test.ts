import { expect, test } from 'vitest';
import { createMasker } from '../masking/create-masker.ts';
import { readPayload } from './read-payload.ts';

const masker = createMasker({ enabled: true, headers: [], fields: [] }, { seal: (text) => text });
const BODY = '{"type":"a.b","id":"E","who":"Zo\u00eb"}';

test.each([
  ['of a Zendesk account', undefined, false],
  ['that is whole', Buffer.byteLength(BODY), false],
  ['of which its source shows the beginning', Buffer.byteLength(BODY) + 1, true],
])('a payload %s', (_what, sentBytes, masked) => {
  expect(readPayload(BODY, sentBytes, masker)).toEqual({
    body: BODY,
    type: 'a.b',
    ownId: 'E',
    masked,
  });
});
