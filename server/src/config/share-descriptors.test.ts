import { expect, test } from 'vitest';
import { openFilesLimit } from './open-files-limit.ts';
import { shareDescriptors } from './share-descriptors.ts';

test.each([256, 1_024, 4_096, 20_000, 1_048_576])(
  'of %i open files no more are used, and each kind has some',
  (openFiles) => {
    const { connections, kept, lookUps, requests } = shareDescriptors(openFiles, undefined);
    expect(connections + kept + lookUps + requests).toBeLessThanOrEqual(openFiles - 64);
    for (const count of [connections, kept, lookUps, requests]) expect(count).toBeGreaterThan(15);
  },
);

test('what is set for the API is missing for deliveries, in proportion', () => {
  const few = shareDescriptors(1_024, 512);
  const many = shareDescriptors(1_024, 64);
  expect(few.requests).toBeLessThan(many.requests);
  expect(512 + few.requests + few.kept + few.lookUps).toBeLessThanOrEqual(1_024 - 64);
});

test('this process may open files', () => {
  expect(openFilesLimit()).toBeGreaterThan(64);
  expect(openFilesLimit()).toBeLessThanOrEqual(1_048_576);
});
