import { expect, test } from 'vitest';
import { acceptedFormat } from './accepted-format.ts';

test.each([
  [undefined, 'text'],
  ['', 'text'],
  ['*/*', 'text'],
  ['text/plain', 'text'],
  ['application/openmetrics-text', 'openmetrics'],
  ['application/openmetrics-text; version=1.0.0; charset=utf-8', 'openmetrics'],
  ['application/openmetrics-text;version="0.0.1"', 'openmetrics'],
  ['application/openmetrics-text;version=2.0.0', 'text'],
  ['text/plain;q=0.5, application/openmetrics-text;q=0.4', 'text'],
  ['application/openmetrics-text;q=0', 'text'],
  ['application/openmetrics-text;q=nonsense', 'text'],
  // Prometheus 2.42 and 3.
  [
    'application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,text/plain;version=0.0.4;q=0.5,*/*;q=0.1',
    'openmetrics',
  ],
  ['text/plain;version=0.0.4;q=1,*/*;q=0.1', 'text'],
])('%s is %s', (accept, format) => {
  expect(acceptedFormat(accept)).toBe(format);
});
