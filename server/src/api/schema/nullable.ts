import { type Static, type TSchema, type TUnsafe, Type } from 'typebox';

/** Accepts `null` as well: clients send it for "none" (spec/contract.md, "Operations"). */
export function nullable<Schema extends TSchema>(
  schema: Schema & { type: string },
): TUnsafe<Static<Schema> | null> {
  return Type.Unsafe<Static<Schema> | null>({ ...schema, type: [schema.type, 'null'] });
}
