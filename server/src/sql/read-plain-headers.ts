import { bigint, uuid } from '../database/parameters.ts';
import { query } from '../database/query.ts';

interface Params {
  /** Rows after this id; null for the first page. */
  readonly after: string | null;
  readonly limit: number;
}

interface Row {
  readonly id: string;
  readonly custom_headers: Readonly<Record<string, string>>;
}

/** Reads and locks webhooks whose custom headers an older node stored unencrypted, in pages by id. */
export const readPlainHeaders = query<Params, Row>(
  'read-plain-headers',
  {
    after: uuid((p) => p.after),
    limit: bigint((p) => p.limit),
  },
  `select id, custom_headers from webhook
where custom_headers is not null and ($after is null or id > $after)
order by id limit $limit
for update`,
);
