import type { AttemptRow } from '../../sql/read-attempts.ts';
import type { StoredWebhook } from '../../trail/find-invocation.ts';
import { listAttempts, type Payload } from '../../trail/list-attempts.ts';
import type { Caller } from '../callers/caller.ts';
import { notFound } from '../errors/not-found.ts';
import type { Services } from '../services/services.ts';

/** Sorts before every id. */
const FIRST_ID = '0'.repeat(26);

interface Numbered {
  readonly invocationId: string;
  readonly number: number;
}

/** Reads one attempt by its number. @throws ApiError `RecordNotFound` */
export async function readAttempt(
  services: Services,
  { accountId }: Caller,
  webhook: StoredWebhook,
  { invocationId, number }: Numbered,
): Promise<{ readonly row: AttemptRow; readonly payload: Payload | undefined }> {
  const found = await listAttempts(services, {
    accountId,
    raw: true,
    asRemote: false,
    webhook,
    invocationId,
    shown: 'stored',
    // Attempts have their numbers as keys, and the newest come first.
    page: { size: 1, after: { key: number + 1, id: FIRST_ID } },
    sizeOf: () => 0,
  });
  const row = found?.page.rows.find((one) => one.number === number);
  if (row === undefined) throw notFound('attempt', String(number));
  return { row, payload: found?.payload };
}
