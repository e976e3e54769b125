import { type Static, type TSchema, type TUnsafe, Type } from 'typebox';

/** References a schema that `app.ts` registers by its `$id`, so OpenAPI defines it once. */
export function ref<Schema extends TSchema>(
  schema: Schema,
  description?: string,
): TUnsafe<Static<Schema>> {
  const { $id } = schema as { $id?: string };
  if ($id === undefined) throw new Error('only a schema with an $id can be referenced');
  return Type.Unsafe<Static<Schema>>({
    $ref: `${$id}#`,
    ...(description !== undefined && { description }),
  });
}
