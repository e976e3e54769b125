import { bigint } from '../database/parameters.ts';
import { query } from '../database/query.ts';
import type { InboxScheme } from '../model/inbox.ts';

/** An inbox as it is stored. */
export interface InboxRow {
  readonly id: string;
  readonly account_id: number;
  readonly name: string;
  readonly scheme: InboxScheme;
  /** Sealed. */
  readonly secrets: Buffer;
  readonly tolerance_seconds: number;
  readonly default_type: string;
  readonly type_header: string | null;
  readonly id_header: string | null;
  readonly token_hash: Buffer;
  readonly previous_hash: Buffer | null;
  readonly previous_until: Date | null;
  readonly updated_at: Date;
}

const COLUMNS = `id, account_id, name, scheme, secrets, tolerance_seconds, default_type, type_header, id_header,
  token_hash, previous_hash, previous_until, updated_at`;

/** Reads the inboxes of all accounts. */
export const readAllInboxes = query<void, InboxRow>(
  'read-all-inboxes',
  {},
  `select ${COLUMNS} from inbox`,
);

/** Reads all inboxes of an account, newest first. Their number is bounded when they are made. */
export const readInboxes = query<number, InboxRow>(
  'read-inboxes',
  { account_id: bigint((accountId) => accountId) },
  `select ${COLUMNS}
from inbox
where account_id = $account_id
order by account_id desc, id desc`,
);
