import type { TestSource } from '../test-source.ts';

/** Every row that the double ever listed of a webhook, oldest first. */
export function listedRows({ double }: TestSource, remoteId: string): string[] {
  return double.account
    .history(remoteId)
    .map(({ completedAtMs, id, status }) => `${completedAtMs} ${id} ${status}`)
    .sort();
}
