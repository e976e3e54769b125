import { afterEach, describe, expect, it, vi } from 'vitest';
import { ConfigurationError } from '../errors/configuration-error.ts';
import { credentials } from './credentials.ts';

afterEach(() => {
  vi.unstubAllEnvs();
});

const basic = (text: string) => `Basic ${Buffer.from(text).toString('base64')}`;

describe('credentials', () => {
  it('encodes each kind as the contract says', async () => {
    const [accessToken] = await credentials({ accessToken: 'abc' });
    expect(accessToken).toBe('Bearer abc');
    const [apiToken] = await credentials({ email: 'a@b.example', apiToken: 'T' });
    expect(apiToken).toBe(basic('a@b.example/token:T'));
    const [password] = await credentials({ username: 'Zoë', password: 'pä:ß 🐝' });
    expect(password).toBe(basic('Zoë:pä:ß 🐝'));
  });

  it('returns the secrets in the header', async () => {
    const [header, ...secrets] = await credentials({ username: 'me', password: 'hush' });
    expect(secrets).toEqual([header.slice('Basic '.length), 'hush']);
    expect((await credentials({ accessToken: 'abc' })).slice(1)).toEqual(['abc']);
  });

  it('calls a function', async () => {
    expect((await credentials(async () => ({ accessToken: 'x' })))[0]).toBe('Bearer x');
  });

  it('prefers a complete pair in the environment to an incomplete one', async () => {
    vi.stubEnv('ZENDESK_USERNAME', 'me');
    vi.stubEnv('ZENDESK_PASSWORD', 'hush');
    vi.stubEnv('ZENDESK_EMAIL', 'a@b.example');
    expect((await credentials())[0]).toBe(basic('me:hush'));
    vi.stubEnv('ZENDESK_API_TOKEN', 'T');
    expect((await credentials())[0]).toBe(basic('a@b.example/token:T'));
    vi.stubEnv('ZENDESK_ACCESS_TOKEN', 'abc');
    expect((await credentials())[0]).toBe('Bearer abc');
    expect((await credentials({ username: 'given', password: 'too' }))[0]).toBe(basic('given:too'));
  });

  it('names the settings when something is missing', async () => {
    for (const auth of [
      undefined,
      { accessToken: '' },
      { username: 'me', password: '' },
      { email: '', apiToken: 'T' },
      {} as never,
      () => ({ accessToken: '' }),
    ]) {
      await expect(credentials(auth)).rejects.toThrow(ConfigurationError);
      for (const name of ['auth', 'ZENDESK_ACCESS_TOKEN', 'ZENDESK_EMAIL', 'ZENDESK_API_TOKEN']) {
        await expect(credentials(auth)).rejects.toThrow(name);
      }
    }
  });
});
