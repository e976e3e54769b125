import type { TSchema } from 'typebox';

/**
 * The fields of a webhook that only the server sets. Bodies may carry them, so that a webhook that
 * was read can be sent back as it is.
 */
export function serverFields<Schema extends TSchema>(schema: Schema) {
  return {
    id: schema,
    created_at: schema,
    created_by: schema,
    updated_at: schema,
    updated_by: schema,
  };
}
