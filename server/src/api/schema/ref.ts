import { type Static, type TSchema, type TUnsafe, Type } from 'typebox';

/** Refers to a schema that the app knows by its `$id`, so that OpenAPI has it once. */
export function ref<Schema extends TSchema>(
  schema: Schema,
  description?: string,
): TUnsafe<Static<Schema>> {
  const { $id } = schema as { $id?: string };
  if ($id === undefined) throw new Error('only a schema with an $id can be referred to');
  return Type.Unsafe<Static<Schema>>({
    $ref: `${$id}#`,
    ...(description !== undefined && { description }),
  });
}
