import { asIs } from '../codec/as-is.ts';
import { model } from '../codec/model.ts';
import { time } from '../codec/time.ts';
import type { AddressedInbox, Inbox } from '../models/inbox.ts';

const fields = {
  id: asIs,
  name: asIs,
  scheme: asIs,
  secretsCount: asIs,
  toleranceSeconds: asIs,
  defaultType: asIs,
  typeHeader: asIs,
  idHeader: asIs,
  previousUntil: time,
  createdAt: time,
  updatedAt: time,
} as const;

/** An inbox. */
export const inbox = model<Inbox>(fields);

/** An inbox with its address. */
export const addressedInbox = model<AddressedInbox>({ ...fields, token: asIs, address: asIs });

/** An inbox to create or to change. */
export const inboxInput = model<Inbox & { secrets: readonly string[] }>({
  ...fields,
  secrets: asIs,
});
