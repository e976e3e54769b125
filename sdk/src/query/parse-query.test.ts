import { describe, expect, it } from 'vitest';
import { MAX_QUERY_LENGTH, MAX_QUERY_TERMS, MAX_TERM_VALUES } from './limits.ts';
import { parseQuery } from './parse-query.ts';
import { printQuery } from './print-query.ts';
import { QuerySyntaxError } from './query-syntax-error.ts';
import { scan } from './scan.ts';

/** The error of a text, with the part of it that the position names. */
function refused(text: string) {
  try {
    parseQuery(text);
  } catch (error) {
    if (!(error instanceof QuerySyntaxError)) throw error;
    const { message, problem, known, nearest, position, path } = error;
    expect(path).toBeUndefined();
    const at = position && text.slice(position.start, position.end);
    return { at, position, message, problem, known, nearest };
  }
  throw new Error(`accepted: ${text}`);
}

describe('parseQuery', () => {
  it('reads every kind of term', () => {
    expect(
      parseQuery(
        'status:failed,timeout code:5xx webhook:orders type:ticket.* since:2h -reason:breaker ' +
          'attempts:>3 took:>5s /detail/id:9876 header.X-Foo:bar "order 40123" free',
      ),
    ).toEqual([
      { field: 'status', values: ['failed', 'timeout'] },
      { field: 'code', values: ['5xx'] },
      { field: 'webhook', values: ['orders'] },
      { field: 'type', values: ['ticket.*'] },
      { field: 'since', values: ['2h'] },
      { field: 'reason', values: ['breaker'], not: true },
      { field: 'attempts', values: [{ gt: 3 }] },
      { field: 'took', values: [{ gt: 5_000 }] },
      { field: 'json', pointer: '/detail/id', values: ['9876'] },
      { field: 'header', name: 'x-foo', values: ['bar'] },
      { field: 'text', values: ['order 40123'] },
      { field: 'text', values: ['free'] },
    ]);
  });

  it.each(['', ' ', '\t\n\u00a0\u2028'])('reads %j as a query without a term', (text) => {
    expect(parseQuery(text)).toEqual([]);
  });

  it('keeps a field that occurs twice, and the order', () => {
    expect(parseQuery('-a /x:1 -a,b /x:2 /x:1')).toEqual([
      { field: 'text', values: ['a'], not: true },
      { field: 'json', pointer: '/x', values: ['1'] },
      { field: 'text', values: ['a', 'b'], not: true },
      { field: 'json', pointer: '/x', values: ['2'] },
      { field: 'json', pointer: '/x', values: ['1'] },
    ]);
  });

  // Text, its one value, and the canonical text where that is another one.
  it.each([
    ['webhook:"Orders, EU"', 'Orders, EU'],
    ['webhook:"say \\"hi\\""', 'say "hi"'],
    ['webhook:C:\\temp', 'C:\\temp'],
    ['webhook:-5', '-5'],
    ['webhook:Zoë', 'Zoë'],
    ['webhook:"Zo\\u00eb"', 'Zoë', 'webhook:Zoë'],
    ['webhook:"😀\\ud83d\\ude00"', '😀😀', 'webhook:😀😀'],
    ['webhook:"a\tb"', 'a\tb', 'webhook:"a\\tb"'],
    ['webhook:"orders"', 'orders', 'webhook:orders'],
    ['WEBHOOK:Orders', 'Orders', 'webhook:Orders'],
    ['"webhook":orders', 'orders', 'webhook:orders'],
    ['"/a b":1', '1'],
    ['"/a:b,c\\"":1', '1'],
    ['/a~0b~1c:1', '1'],
    ['/:1', '1'],
    ['/a:b:c', 'b:c'],
    ['/a:""', ''],
    ['header.x:""', ''],
    ['/orders/1', '/orders/1'],
    ['"a:b"', 'a:b'],
    ['"-x"', '-x'],
    ['x-y', 'x-y'],
    ['status:FAILED', 'failed', 'status:failed'],
    ['status:client_error', 'client error', 'status:"client error"'],
    ['status:server-error', 'server error', 'status:"server error"'],
    ['status:terminated', 'terminated'],
    ['state:"in flight"', 'in flight'],
    [
      'error:tls-self-signed-certificate',
      'tls self-signed certificate',
      'error:"tls self-signed certificate"',
    ],
    [
      'job:01kb8yq6t5b3s8d1f4g7h9j2km',
      '01KB8YQ6T5B3S8D1F4G7H9J2KM',
      'job:01KB8YQ6T5B3S8D1F4G7H9J2KM',
    ],
    [
      'invocation:01kb8yr4w7z2x5c8v1b4n6m9q3',
      '01KB8YR4W7Z2X5C8V1B4N6M9Q3',
      'invocation:01KB8YR4W7Z2X5C8V1B4N6M9Q3',
    ],
    ['code:404', 404],
    ['code:5XX', '5xx', 'code:5xx'],
    ['code:>=500', { gte: 500 }],
    ['code:500-504', { gte: 500, lte: 504 }],
    ['code:500..504', { gte: 500, lte: 504 }, 'code:500-504'],
    ['attempts:007', 7, 'attempts:7'],
    ['attempts:<=2', { lte: 2 }],
    ['attempts:<2', { lt: 2 }],
    ['attempts:3-3', { gte: 3, lte: 3 }],
    ['took:0ms', 0],
    ['took:1.5s', 1_500, 'took:1500ms'],
    ['took:1.001s', 1_001, 'took:1001ms'],
    ['took:90s', 90_000],
    ['took:120s', 120_000, 'took:2m'],
    ['took:1s-1m', { gte: 1_000, lte: 60_000 }],
    ['since:02H', '2h', 'since:2h'],
    ['since:0s', '0s'],
    ['until:2026-11-01', '2026-11-01'],
    ['since:2026-11-01T09:30', '2026-11-01T09:30Z', 'since:2026-11-01T09:30Z'],
    ['since:2026-11-01t09:30:15z', '2026-11-01T09:30:15Z', 'since:2026-11-01T09:30:15Z'],
    ['since:2026-11-01T00:30+02:00', '2026-10-31T22:30Z', 'since:2026-10-31T22:30Z'],
    [
      'since:2026-11-01T09:30:15.1234567-0030',
      '2026-11-01T10:00:15.123Z',
      'since:2026-11-01T10:00:15.123Z',
    ],
    ['since:"2026-11-01 09:30"', '2026-11-01T09:30Z', 'since:2026-11-01T09:30Z'],
    ['since:2028-02-29', '2028-02-29'],
    ['created:2026-11-01..2026-11-01', { gte: '2026-11-01', lte: '2026-11-01' }],
    ['created:2h..1h', { gte: '2h', lte: '1h' }],
    ['completed:<1970-01-01', { lt: '1970-01-01' }],
  ] as [string, unknown, string?][])('reads %s', (text, value, canonical = text) => {
    const query = parseQuery(text);
    expect(query).toHaveLength(1);
    expect(query[0]?.values).toEqual([value]);
    expect(printQuery(query)).toBe(canonical);
    expect(parseQuery(canonical)).toEqual(query);
  });

  it.each([
    ['ok statsu:x', 'statsu', /unknown field "statsu"/, 'status'],
    ['wehook:x', 'wehook', /unknown field/, 'webhook'],
    ['https://x.y', 'https', /text with a colon must be in quotes/],
    [':x', ':', /a field must stand before the colon/],
    ['-:x', '-:', /a field must stand before the colon/],
    ['status:failed,faild', 'faild', /unknown status "faild"/, 'failed'],
    ['error:conn', 'conn', /unknown error/, 'connection refused'],
    ['reason:braker', 'braker', /unknown reason/, 'breaker'],
    ['state:ended', 'ended', /unknown state/],
    ['trigger:manul', 'manul', /unknown trigger/, 'manual'],
    ['status:', 'status:', /a value is missing/],
    ['status: failed', 'status:', /a value is missing/],
    ['status:""', '""', /a value is missing/],
    ['a /x:', '/x:', /a value is missing/],
    ['status:failed,', 'status:failed,', /a value is missing/],
    ['status:,failed', 'status:', /a value is missing/],
    ['a,,b', 'a,', /a value is missing/],
    ['""', '""', /a value is missing/],
    ['webhook:""', '""', /a value is missing/],
    ['a -', '-', /a value is missing/],
    ['--a', '-a', /must be in quotes/],
    ['a,b:c', 'b:c', /must be in quotes/],
    ['a "b c', '"b c', /a closing quote is missing/],
    ['"a\\', '"a\\', /a closing quote is missing/],
    ['webhook:"b\\"', '"b\\"', /a closing quote is missing/],
    ['"a\\x"', '"a\\x"', /unknown escape "\\x"/],
    ['"a\\u12g4"', '"a\\u12g4"', /unknown escape "\\u"/],
    ['"a"b', '"a"', /must follow a closing quote/],
    ['5"', '5', /a quote in a word/],
    ['/a:b"c"', 'b', /a quote in a word/],
    ['"\\ud800"', '"\\ud800"', /occur in no stored text/],
    ['/a\u0000:1', '/a\u0000', /occur in no stored text/],
    ['/a~2:1', '/a~2', /"~" must be "~0"/],
    ['/a~:1', '/a~', /"~" must be "~0"/],
    ['header.:1', 'header.', /the name of a header/],
    ['"header.a b":1', '"header.a b"', /the name of a header/],
    ['code:99', '99', /must be a status code, as in code:404/],
    ['code:1000', '1000', /must be a status code/],
    ['code:0xx', '0xx', /must be a status code/],
    ['code:>5xx', '>5xx', /must be a status code/],
    ['code:504-500', '504-500', /range that does not end before/],
    ['code:500-', '500-', /must be a status code/],
    ['attempts:-1', '-1', /must be a number/],
    ['attempts:1.5', '1.5', /must be a number/],
    ['attempts:1e3', '1e3', /must be a number/],
    ['attempts:9999999999', '9999999999', /at most 9 digits/],
    ['attempts:>', '>', /must be a number/],
    ['attempts:=3', '=3', /must be a number/],
    ['took:5', '5', /must be a duration/],
    ['took:5h', '5h', /must be a duration/],
    ['took:1.5ms', '1.5ms', /whole milliseconds/],
    ['took:999999999m', '999999999m', /at most 24 days/],
    ['since:2', '2', /must be a time/],
    ['since:2y', '2y', /must be a time/],
    ['since:>2h', '>2h', /must be a time/],
    ['since:1h,2h', '2h', /since takes one value/],
    ['until:2026-02-30', '2026-02-30', /must be a time/],
    ['until:2026-11-01T24:00', '2026-11-01T24:00', /must be a time/],
    ['until:2026-11-01T10:00+2', '2026-11-01T10:00+2', /must be a time/],
    ['until:1969-12-31', '1969-12-31', /must be a time/],
    ['until:1970-01-01T00:00+01:00', '1970-01-01T00:00+01:00', /must be a time/],
    ['until:9999-12-31T23:59-01:00', '9999-12-31T23:59-01:00', /must be a time/],
    ['created:2h', '2h', /a relative one compared/],
    ['created:1h..2h', '1h..2h', /range that does not end before/],
    ['created:2026-11-02..2026-11-01', '2026-11-02..2026-11-01', /range that does not end before/],
    ['created:2026-11-01..', '2026-11-01..', /must be a time/],
    ['job:1', '1', /must be the id of a job/],
    ['invocation:1', '1', /must be the id of an invocation/],
    ['type:a*b*c*d*', 'a*b*c*d*', /at most 3 "\*"/],
    [`type:${'a'.repeat(256)}`, 'a'.repeat(256), /1 to 255 characters/],
  ] as [string, string, RegExp, string?][])('refuses %s', (text, at, problem, nearest) => {
    const error = refused(text);
    expect(error.at).toBe(at);
    expect(error.problem).toMatch(problem);
    expect(error.nearest).toBe(nearest);
    if (nearest !== undefined) {
      expect(error.known).toContain(nearest);
      expect(error.message).toContain(`did you mean "${nearest}"?`);
    }
  });

  it('says the place, the rule and what is known', () => {
    expect(refused('a trigger:hand')).toMatchObject({
      message: 'character 11: unknown trigger "hand"; known: schedule, manual, job',
      position: { start: 10, end: 14 },
      known: ['schedule', 'manual', 'job'],
    });
  });

  it('quotes no value that may be a secret', () => {
    expect(refused('header.authorization:"Bearer 123').message).not.toContain('123');
    expect(refused('/token:123"').message).not.toContain('123');
  });
});

describe('the bounds of a query', () => {
  it('is its length', () => {
    const longest = 'x'.repeat(MAX_QUERY_LENGTH);
    expect(parseQuery(longest)).toHaveLength(1);
    expect(refused(`${longest}x`).problem).toBe('a query must have at most 4096 characters');
  });

  it('is the length of its canonical form', () => {
    const value = '\u0001'.repeat(700);
    expect(refused(`"${value}"`).problem).toMatch(/canonical form must have at most 4096/);
    const times = Array.from({ length: 90 }, () => '>9h').join();
    const term = `created:${times}`;
    expect(parseQuery(term)).toHaveLength(1);
    // Resolved, each of them has 24 characters.
    expect(refused(`${term} ${term}`).problem).toMatch(/canonical form must have at most 4096/);
  });

  it('is the number of terms', () => {
    const most = Array.from({ length: MAX_QUERY_TERMS }, () => 'x').join(' ');
    expect(parseQuery(most)).toHaveLength(MAX_QUERY_TERMS);
    expect(refused(`${most} y`)).toMatchObject({
      problem: 'a query must have at most 64 terms',
      at: 'y',
    });
  });

  it('is the number of values of a term', () => {
    const most = `webhook:${Array.from({ length: MAX_TERM_VALUES }, () => 'x').join()}`;
    expect(parseQuery(most)[0]?.values).toHaveLength(MAX_TERM_VALUES);
    expect(refused(`${most},y`)).toMatchObject({
      problem: 'webhook takes at most 100 values',
      at: 'y',
    });
    const ids = Array.from({ length: MAX_TERM_VALUES }, () => '01KB8YPZ0Q6X1V3C5B7N9M2K4J').join();
    expect(parseQuery(`webhook:${ids}`)[0]?.values).toHaveLength(MAX_TERM_VALUES);
  });

  it.each(['"', '\\', '"\\', '"\\u', '-', ',', ':', '"" ', 'a:', '/~', '" "', "''", '\t'])(
    'each character of %j is read a few times, however long the text is',
    (part) => {
      const reads = (length: number): number => {
        let count = 0;
        const text = new Proxy(Object(part.repeat(length)), {
          get(target, key) {
            count++;
            if (key !== 'slice') return target[key];
            return (start: number, end?: number) => {
              const part: string = target.slice(start, end);
              count += part.length;
              return part;
            };
          },
        });
        scan(text as unknown as string);
        return count;
      };
      expect(reads(4_000)).toBeLessThan(4.1 * reads(1_000));
      expect(reads(4_000)).toBeLessThan(20 * 4_000 * part.length);
    },
  );
});
