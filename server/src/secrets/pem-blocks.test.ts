import { expect, test } from 'vitest';
import { pemBlocks } from './pem-blocks.ts';

const block = (label: string, content = 'AAAA') =>
  `-----BEGIN ${label}-----\n${content}\n-----END ${label}-----`;

test('blocks are found with their labels, and what is between them is skipped', () => {
  const text = `one\n${block('CERTIFICATE')}\ntwo\r\n${block('EC PRIVATE KEY')} three`;
  expect(pemBlocks(text)).toEqual([
    { label: 'CERTIFICATE', text: block('CERTIFICATE') },
    { label: 'EC PRIVATE KEY', text: block('EC PRIVATE KEY') },
  ]);
});

test.each([
  ['', []],
  ['-----BEGIN CERTIFICATE-----\nAAAA', []],
  ['-----BEGIN CERTIFICATE-----\nAAAA\n-----END PRIVATE KEY-----', []],
  [`${block('CERTIFICATE')}-----BEGIN X-----`, ['CERTIFICATE']],
  [block('CERTIFICATE', block('PRIVATE KEY')), ['CERTIFICATE']],
])('%j has the blocks %j', (text, labels) => {
  expect(pemBlocks(text).map(({ label }) => label)).toEqual(labels);
});

test('a text of nothing but beginnings is read once', () => {
  const searched: number[] = [];
  const text = Object.assign(Object(`-----BEGIN A-----`.repeat(1_000)), {
    indexOf(...[search, from]: [string, number]) {
      searched.push(from);
      return String.prototype.indexOf.call(this, search, from);
    },
  });
  expect(pemBlocks(text)).toEqual([]);
  expect(searched).toHaveLength(1);
});
