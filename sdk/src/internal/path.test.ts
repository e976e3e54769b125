import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ConfigurationError } from '../errors/configuration-error.ts';
import { toPath } from './path.ts';
import { webhooksPath } from './webhooks-path.ts';

describe('toPath', () => {
  it('encodes segments', () => {
    expect(toPath(webhooksPath('01ABC', 'invocations'))).toBe('/api/v2/webhooks/01ABC/invocations');
    expect(toPath(webhooksPath('a/../b?c#d e'))).toBe('/api/v2/webhooks/a%2F..%2Fb%3Fc%23d%20e');
  });

  it('keeps every id inside its segment', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', minLength: 1 }), (id) => {
        fc.pre(id !== '.' && id !== '..');
        const { pathname, host } = new URL(`https://acme.zendesk.com${toPath(webhooksPath(id))}`);
        expect(host).toBe('acme.zendesk.com');
        expect(pathname.split('/').length).toBe(5);
        expect(decodeURIComponent(pathname.slice('/api/v2/webhooks/'.length))).toBe(id);
      }),
    );
  });

  it.each([[''], ['.'], ['..'], [undefined], [null]])('refuses %j as an id', (id) => {
    expect(() => toPath(webhooksPath(id as string))).toThrow(ConfigurationError);
  });

  it('sends a text unchanged, and never leaves the host', () => {
    expect(toPath('/v1/events?x=%20')).toBe('/v1/events?x=%20');
    expect(toPath('v1/events')).toBe('/v1/events');
    expect(new URL(`https://good.example${toPath('@evil.example/')}`).host).toBe('good.example');
    expect(new URL(`https://good.example${toPath('.evil.example/')}`).host).toBe('good.example');
    expect(new URL(`https://good.example${toPath('//evil.example/')}`).host).toBe('good.example');
  });
});
