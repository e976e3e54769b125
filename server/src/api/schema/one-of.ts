import { type TUnsafe, Type } from 'typebox';

/** One of several strings. Unlike `Type.Enum`, it also declares `type: string` in OpenAPI. */
export function oneOf<const Value extends string>(
  values: readonly Value[],
  options: { readonly description?: string } = {},
): TUnsafe<Value> {
  return Type.Unsafe<Value>({ type: 'string', enum: values, ...options });
}
