import { type Static, type TSchema, type TUnsafe, Type } from 'typebox';

/** Adds `null` to what a schema accepts: clients may say "none" so (contract §1). */
export function nullable<Schema extends TSchema>(
  schema: Schema & { type: string },
): TUnsafe<Static<Schema> | null> {
  return Type.Unsafe<Static<Schema> | null>({ ...schema, type: [schema.type, 'null'] });
}
