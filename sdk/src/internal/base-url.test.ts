import { afterEach, describe, expect, it, vi } from 'vitest';
import { ConfigurationError } from '../errors/configuration-error.ts';
import { resolveBaseUrl } from './base-url.ts';

afterEach(() => {
  vi.unstubAllEnvs();
});

describe('resolveBaseUrl', () => {
  it('prefers options to the environment, and a URL to a subdomain', () => {
    vi.stubEnv('ZENDESK_SUBDOMAIN', 'env-name');
    expect(resolveBaseUrl()).toBe('https://env-name.zendesk.com');
    vi.stubEnv('ZENDESK_BASE_URL', 'http://env.example:8080');
    expect(resolveBaseUrl()).toBe('http://env.example:8080');
    expect(resolveBaseUrl(undefined, 'acme')).toBe('https://acme.zendesk.com');
    expect(resolveBaseUrl('https://hooks.example', 'acme')).toBe('https://hooks.example');
  });

  it('keeps a path and drops trailing slashes', () => {
    expect(resolveBaseUrl('https://hooks.example/a/b//')).toBe('https://hooks.example/a/b');
    expect(resolveBaseUrl('HTTP://[::1]:4400/')).toBe('HTTP://[::1]:4400');
  });

  it('keeps letters of Latin-1 in a host however often it is called', () => {
    const answers = Array.from({ length: 20_000 }, () => resolveBaseUrl('https://bücher.example/'));
    expect(new Set(answers)).toEqual(new Set(['https://bücher.example']));
  });

  it('names the settings when none is set', () => {
    vi.stubEnv('ZENDESK_SUBDOMAIN', '');
    vi.stubEnv('ZENDESK_BASE_URL', undefined);
    expect(() => resolveBaseUrl()).toThrow(ConfigurationError);
    for (const name of ['baseUrl', 'subdomain', 'ZENDESK_BASE_URL', 'ZENDESK_SUBDOMAIN']) {
      expect(() => resolveBaseUrl()).toThrow(name);
    }
  });

  it.each([
    'acme.zendesk.com',
    'ftp://hooks.example',
    'https://user:secret@hooks.example',
    'https://token@hooks.example',
    'https://hooks.example?x=1',
    'https://hooks.example/#x',
    'https://hooks.example\\@evil.example',
    'https://hooks.example\n.evil.example',
    'https://',
    'https://hooks.example:99999',
    ' ',
  ])('refuses %j, without quoting it', (text) => {
    expect(() => resolveBaseUrl(text)).toThrow(ConfigurationError);
    expect(() => resolveBaseUrl(text)).not.toThrow('secret');
  });

  it.each(['evil.example/', 'evil.example?', 'evil.example#', 'a@evil.example/', 'a\\b', 'a b'])(
    'refuses %j for a subdomain',
    (subdomain) => {
      expect(() => resolveBaseUrl(undefined, subdomain)).toThrow(ConfigurationError);
    },
  );

  it('treats a missing or unreadable environment as empty', () => {
    vi.stubGlobal('process', undefined);
    expect(() => resolveBaseUrl()).toThrow(ConfigurationError);
    vi.stubGlobal('process', {
      get env() {
        throw new Error('NotCapable');
      },
    });
    expect(() => resolveBaseUrl()).toThrow(ConfigurationError);
    vi.unstubAllGlobals();
  });
});
