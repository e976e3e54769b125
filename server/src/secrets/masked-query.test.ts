import { expect, test } from 'vitest';
import { maskedQuery } from './masked-query.ts';

// What is archived: a source is compared with the inbox that its webhook sends to.
test.each([
  ['https://example.com/hook?token=S', 'https://example.com/hook?********'],
  ['https://ann:S@example.com/hook#S', 'https://********@example.com/hook#********'],
  ['https://example.com/in/hi_token?key=S', 'https://example.com/in/hi_token?********'],
  ['https://example.com/hooks/in/hi_token', 'https://example.com/hooks/in/hi_token'],
])('of %s is kept %s', (url, kept) => expect(maskedQuery(url)).toBe(kept));
