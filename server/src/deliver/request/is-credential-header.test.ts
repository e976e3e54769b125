import { expect, test } from 'vitest';
import { isCredentialHeader } from './is-credential-header.ts';

test.each([
  'Authorization',
  'Proxy-Authorization',
  'Cookie',
  'X-Api-Key',
  'api-key',
  'APIKEY',
  'x_api_key',
  'Ocp-Apim-Subscription-Token',
  'X-Access-Key',
  'X-Auth',
  'X-Auth-Token',
  'X-AuthKey',
  'X-Authentication',
  'X-Authorisation',
  'X-Client-Secret',
  'Token',
  'PRIVATE-TOKEN',
  'X-Password',
  'DB_PASSWD',
  'X-Credentials',
])('%s is one', (name) => expect(isCredentialHeader(name)).toBe(true));

test.each([
  'Content-Type',
  'User-Agent',
  'X-Team',
  'X-Author',
  'X-Authority',
  'X-Idempotency-Key',
  'X-Routing-Key',
  'X-Request-Id',
  'Accept',
  'Traceparent',
])('%s is none', (name) => expect(isCredentialHeader(name)).toBe(false));
