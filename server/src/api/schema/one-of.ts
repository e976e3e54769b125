import { type TUnsafe, Type } from 'typebox';

/** One of some texts. Says `string` as well, where `Type.Enum` leaves the type open in OpenAPI. */
export function oneOf<const Value extends string>(
  values: readonly Value[],
  options: { readonly description?: string } = {},
): TUnsafe<Value> {
  return Type.Unsafe<Value>({ type: 'string', enum: values, ...options });
}
