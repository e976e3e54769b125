import type { Runner } from '../../database/database.ts';
import type { StoredEventRow } from '../../sql/read-event.ts';
import { findEvent } from '../../trail/find-event.ts';
import type { Caller } from '../callers/caller.ts';
import { notFound } from '../errors/not-found.ts';

/** @throws ApiError `RecordNotFound` unless the caller's account has an event with this id. */
export async function requireEvent(
  { database }: { readonly database: Runner },
  { accountId }: Caller,
  id: string,
): Promise<StoredEventRow> {
  const event = await findEvent(database, accountId, id);
  if (event === undefined) throw notFound('event', id);
  return event;
}
