import { expect, test } from 'vitest';
import { openFilesLimit } from './open-files-limit.ts';
import { shareDescriptors } from './share-descriptors.ts';

test.each([256, 1_024, 4_096, 20_000, 1_048_576])(
  'of %i open files no more are used, and each kind has some',
  (openFiles) => {
    const { connections, kept, lookUps, requests } = shareDescriptors(openFiles, undefined, 1);
    expect(connections + kept + lookUps + requests).toBeLessThanOrEqual(openFiles - 64);
    for (const count of [connections, kept, lookUps, requests]) expect(count).toBeGreaterThan(15);
  },
);

test('what is set for the API is missing for deliveries, in proportion', () => {
  const few = shareDescriptors(1_024, 512, 1);
  const many = shareDescriptors(1_024, 64, 1);
  expect(few.requests).toBeLessThan(many.requests);
  expect(512 + few.requests + few.kept + few.lookUps).toBeLessThanOrEqual(1_024 - 64);
});

test('processes share what memory allows and what is set, not the open files', () => {
  expect(shareDescriptors(65_536, undefined, 4)).toEqual({
    connections: 2_500,
    requests: 1_024,
    kept: 1_024,
    lookUps: 256,
  });
  expect(shareDescriptors(65_536, 1_000, 2).connections).toBe(500);
  expect(shareDescriptors(1_024, undefined, 2)).toEqual(shareDescriptors(1_024, undefined, 1));
});

test('this process may open files', () => {
  expect(openFilesLimit()).toBeGreaterThan(64);
  expect(openFilesLimit()).toBeLessThanOrEqual(1_048_576);
});
