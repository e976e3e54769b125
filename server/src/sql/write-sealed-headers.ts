import { bytea, uuid } from '../database/parameters.ts';
import { query } from '../database/query.ts';

interface Params {
  readonly id: string;
  readonly sealed: Uint8Array;
}

/** Replaces the unencrypted custom headers of a webhook with encrypted ones. */
export const writeSealedHeaders = query<Params, never>(
  'write-sealed-headers',
  {
    id: uuid((p) => p.id),
    sealed: bytea((p) => p.sealed),
  },
  'update webhook set sealed_headers = $sealed, custom_headers = null where id = $id',
);
