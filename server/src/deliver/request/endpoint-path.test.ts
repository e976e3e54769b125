import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseUrl } from '../../model/parse-url.ts';
import { endpointPath } from './endpoint-path.ts';

const pathOf = (endpoint: string) => endpointPath({ endpoint, authentication: undefined });

describe('endpointPath', () => {
  it.each([
    ['/|{}^[]', '/%7C%7B%7D%5E%5B%5D'],
    ['/?q=|{}^[]', '/?q=%7C%7B%7D%5E%5B%5D'],
    ['/%zz?a=%zz', '/%25zz?a=%25zz'],
    ['/?filter[status]=open', '/?filter%5Bstatus%5D=open'],
    ['/100%?rate=5%', '/100%25?rate=5%25'],
    ['/a%2Fb%c3%A9', '/a%2Fb%c3%A9'],
    ['/?a=\\b`c', '/?a=%5Cb%60c'],
    ["/~a-b._!$&'()*+,;=:@/?/?", "/~a-b._!$&'()*+,;=:@/?/?"],
    ['/ü?ü=1', '/%C3%BC?%C3%BC=1'],
    ['', '/'],
  ])('sends %s as %s', (given, sent) => {
    expect(pathOf(`https://example.com${given}`)).toBe(sent);
  });

  it('is a path and query by the grammar of RFC 3986, and never encoded twice', () => {
    const character = "(?:[\\w\\-.~!$&'()*+,;=:@/]|%[\\dA-Fa-f]{2})";
    const grammar = new RegExp(`^/${character}*(?:\\?(?:${character}|\\?)*)?$`);
    const text = fc.string({
      unit: fc.oneof(
        fc.constantFrom(...'%|{}^[]"<>\\`?&= a1z'),
        fc.string({ minLength: 1, maxLength: 1, unit: 'grapheme' }),
      ),
    });
    fc.assert(
      fc.property(text, (path) => {
        const endpoint = `https://example.com/${path.replaceAll('#', '')}`;
        fc.pre(parseUrl(endpoint) !== undefined);
        const sent = pathOf(endpoint);
        expect(sent).toMatch(grammar);
        expect(pathOf(`https://example.com${sent}`)).toBe(sent);
      }),
      { numRuns: 1_000 },
    );
  });
});
