import type { TSchema } from 'typebox';

type Schema = TSchema & { 'x-any-case'?: boolean; properties?: Readonly<Record<string, Schema>> };

/**
 * Makes the function that writes the values of `x-any-case` properties in upper case, as deep as
 * objects go; undefined when a schema has none. It runs before the check, so that everything behind
 * it sees one spelling.
 */
export function normaliseAnyCase(schema: TSchema): ((value: unknown) => void) | undefined {
  const properties = Object.entries((schema as Schema).properties ?? {});
  const own = properties.filter(([, one]) => one['x-any-case']).map(([name]) => name);
  const inner = properties.flatMap(([name, one]) => {
    const normalise = normaliseAnyCase(one);
    return normalise === undefined ? [] : [{ name, normalise }];
  });
  if (own.length === 0 && inner.length === 0) return undefined;
  return (value) => {
    if (typeof value !== 'object' || value === null) return;
    const object = value as Record<string, unknown>;
    for (const name of own) {
      const text = object[name];
      if (typeof text === 'string' && Object.hasOwn(object, name))
        object[name] = text.toUpperCase();
    }
    for (const { name, normalise } of inner) normalise(object[name]);
  };
}
