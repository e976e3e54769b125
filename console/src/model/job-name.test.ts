import { parseQuery } from '@hooktrail/sdk/query';
import { expect, test } from 'vitest';
import { jobName } from './job-name.ts';

const queryOf = (text: string) => [...parseQuery(text)];

test('a job is named by its kind and its query', () => {
  expect(jobName({ kind: 'replay', query: queryOf('state:undelivered') })).toBe(
    'Replay: state:undelivered',
  );
  expect(jobName({ kind: 'resend', query: queryOf('origin:acme') })).toBe('Resend: origin:acme');
  expect(jobName({ kind: 'erase', query: queryOf('"zen:user:1"') })).toBe('Erase: "zen:user:1"');
  expect(jobName({ kind: 'export', of: 'events', query: [] })).toBe('Export events: everything');
});

test('a long query is cut, and one of a later version is shown as it is', () => {
  const long = jobName({ kind: 'replay', query: queryOf(`"${'a'.repeat(500)}"`) });
  expect(long).toMatch(/^Replay: "?a+…$/);
  expect(long).toHaveLength('Replay: '.length + 120 + 1);
  const query = [{ field: 'of_a_later_version', values: ['1'] }];
  expect(jobName({ kind: 'replay', query })).toBe(`Replay: ${JSON.stringify(query)}`);
});
