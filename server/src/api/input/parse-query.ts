import { parse } from 'node:querystring';

/**
 * Parses the query of a URL. A parameter with an empty value counts as absent (spec/contract.md,
 * "Operations"): forms and client libraries send every field they know, empty where it is not set.
 */
export function parseQuery(text: string): Record<string, string | string[]> {
  if (text === '') return {};
  // All of them: the default of a thousand would drop the rest without a word.
  const query = parse(text, '&', '=', { maxKeys: 0 }) as Record<string, string | string[]>;
  for (const [name, value] of Object.entries(query)) {
    if (value === '') delete query[name];
    if (!Array.isArray(value)) continue;
    const given = value.filter((one) => one !== '');
    if (given.length === 0) delete query[name];
    else query[name] = given.length === 1 ? (given[0] as string) : given;
  }
  return query;
}
