import { describe, expect, it } from 'vitest';
import { completeQuery, type QueryNames } from './complete-query.ts';
import { parseQuery } from './parse-query.ts';

/** What is offered where `|` stands: the text with each option in its place. */
function completed(marked: string, names?: QueryNames) {
  const cursor = marked.indexOf('|');
  const text = marked.replace('|', '');
  const { end, expected, field, options, start } = completeQuery(text, cursor, names);
  const put = options.map((option) => text.slice(0, start) + option.text + text.slice(end));
  return { expected, field: field?.name, kind: field?.kind, put, replaced: text.slice(start, end) };
}

describe('completeQuery', () => {
  it.each([
    ['st|', ['status:', 'state:']],
    ['ST|', ['status:', 'state:']],
    ['-rea|', ['-reason:']],
    ['a st| b', ['a status: b', 'a state: b']],
    ['st|atus:failed', ['status:failed', 'state:failed']],
    ['a head|', ['a header.']],
    ['xyz|', []],
  ])('offers fields: %s', (marked, put) => {
    expect(completed(marked)).toMatchObject({ expected: 'field', put });
  });

  it.each(['|', 'status:failed |', '-|', ' | status:failed', 'webhook:"a b" |'])(
    'offers every field: %s',
    (marked) => {
      const { expected, put } = completed(marked);
      expect(expected).toBe('field');
      expect(put).toHaveLength(18);
    },
  );

  it.each([
    ['status:fa|', ['status:failed']],
    ['status:|', 10],
    ['status:c|', ['status:"client error"', 'status:"circuit broken"']],
    ['status:"cl|', ['status:"client error"']],
    ['status:client_|', ['status:"client error"']],
    ['status:failed,ti|', ['status:failed,timeout']],
    ['status:failed,|', 10],
    ['status:fa|iled,timeout a', ['status:failed,timeout a']],
    ['-reason:"ra| type:x', ['-reason:"rate limit" type:x']],
    ['trigger:xyz|', []],
    ['STATE:in|', ['STATE:"in flight"']],
  ] as [string, string[] | number][])('offers values of a closed list: %s', (marked, expected) => {
    const { put, ...rest } = completed(marked);
    expect(rest).toMatchObject({ expected: 'value', kind: 'closed' });
    if (typeof expected === 'number') expect(put).toHaveLength(expected);
    else expect(put.sort()).toEqual(expected.sort());
  });

  it.each([
    ['webhook:ord|', 'webhook', 'ord'],
    ['webhook:"Orders, E|', 'webhook', '"Orders, E'],
    ['webhook:a,|', 'webhook', ''],
    ['type:tic|ket.*', 'type', 'ticket.*'],
    ['created:>=20|', 'time', '>=20'],
    ['since:|', 'moment', ''],
    ['took:|', 'duration', ''],
    ['attempts:|', 'count', ''],
    ['code:5|', 'code', '5'],
    ['job:|', 'job', ''],
    ['invocation:|', 'invocation', ''],
    ['origin:|', 'origin', ''],
    ['/detail/id:9|', 'text', '9'],
    ['"/a b":9|', 'text', '9'],
    ['header.x:|', 'text', ''],
    ['"a phr|', 'text', '"a phr'],
    ['a,b|', 'text', 'b'],
  ])('says which kind of value: %s', (marked, kind, replaced) => {
    expect(completed(marked)).toMatchObject({ expected: 'value', kind, replaced, put: [] });
  });

  it.each(['foo:b|', 'header.:x|', '/~:x|', 'since:1h,|'])('knows nothing: %s', (marked) => {
    expect(completed(marked)).toMatchObject({ expected: 'nothing', put: [] });
  });

  const NAMES = {
    webhook: ['Orders, EU', 'Orders, US', 'Invoices', 'say "hi"', 'my orders', 'a\\b'],
    type: ['order.paid', 'zen:event-type:ticket.created'],
  };

  it.each([
    // Inside unclosed quotes, with what follows left as it is.
    ['webhook:"Or|', ['webhook:"Orders, EU"', 'webhook:"Orders, US"', 'webhook:"my orders"']],
    ['webhook:"Orders, E|', ['webhook:"Orders, EU"']],
    ['webhook:"Orders, E| since:2h', ['webhook:"Orders, EU" since:2h']],
    ['webhook:"Orders, E| "a phrase"', ['webhook:"Orders, EU" "a phrase"']],
    [
      'webhook:"Orders, |EU" since:2h',
      ['webhook:"Orders, EU" since:2h', 'webhook:"Orders, US" since:2h'],
    ],
    ['webhook:"say \\"|', ['webhook:"say \\"hi\\""']],
    ['webhook:"say \\"hi\\"|', ['webhook:"say \\"hi\\""']],
    ['webhook:"a\\\\|', ['webhook:a\\b']],
    ['webhook:"orders, eu"|', ['webhook:"Orders, EU"']],
    // Negated, and not the first value.
    ['-webhook:inv|', ['-webhook:Invoices']],
    ['-webhook:"orders, u|', ['-webhook:"Orders, US"']],
    ['-webhook:Invoices,"Orders, E| x', ['-webhook:Invoices,"Orders, EU" x']],
    ['a -webhook:"my| status:failed', ['a -webhook:"my orders" status:failed']],
    ['type:ord|', ['type:order.paid']],
    ['-type:ticket|', ['-type:zen:event-type:ticket.created']],
    ['webhook:xyz|', []],
    ['origin:a|', []],
    ['-status:"server|', ['-status:"server error"']],
    ['-status:failed,"server er|', ['-status:failed,"server error"']],
    ['-status:"cl| "phrase"', ['-status:"client error" "phrase"']],
    ['-reason:"retry after"|', ['-reason:"retry after"']],
  ] as [string, string[]][])('offers names that it is given: %s', (marked, put) => {
    expect(completed(marked, NAMES)).toMatchObject({ expected: 'value', put });
    for (const query of put) expect(() => parseQuery(query)).not.toThrow();
  });

  it('offers every name before the first letter, and at most 100', () => {
    expect(completed('webhook:|', NAMES).put).toHaveLength(NAMES.webhook.length);
    expect(completed('-webhook:"|', NAMES).put).toHaveLength(NAMES.webhook.length);
    const webhook = Array.from({ length: 10_000 }, (_, number) => `webhook ${number}`);
    expect(completed('webhook:|', { webhook }).put).toHaveLength(100);
    expect(completed('webhook:"9999|', { webhook }).put).toEqual(['webhook:"webhook 9999"']);
  });

  it('takes a cursor beyond the text for its end', () => {
    expect(completeQuery('st', 99)).toEqual(completeQuery('st', 2));
    expect(completeQuery('st', -1)).toEqual(completeQuery('st', 0));
  });
});
