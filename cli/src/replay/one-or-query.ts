import { usageFailure } from '../failures/usage-failure.ts';
import { isId } from '../input/is-id.ts';
import type { SendOptions } from './send-options.ts';

/** What belongs to a query: with one id it would be ignored. */
const OF_QUERIES = [
  ...(['webhook', 'status', 'type', 'since', 'until', 'all', 'rate', 'max', 'order'] as const),
  ...(['canary', 'stopOn', 'includeSucceeded', 'reason'] as const),
];

/**
 * The id of the one invocation that words name; undefined: they are terms of a query.
 *
 * @param verb - The command, for its messages.
 * @param ofQueries - Further options that one invocation does not have.
 */
export function oneOrQuery(
  verb: string,
  words: readonly string[],
  options: SendOptions,
  ofQueries: readonly (keyof SendOptions)[] = [],
): string | undefined {
  const [first] = words;
  if (words.length === 1 && first !== undefined && isId(first)) {
    const given = [...OF_QUERIES, ...ofQueries].find((name) => options[name] !== undefined);
    if (given === undefined) return first;
    const flag = given.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
    throw usageFailure(
      `--${flag} belongs to a query, not to the id of one invocation`,
      'Leave it out, or select the invocation by terms of the query language.',
    );
  }
  if (words.some((word) => isId(word))) {
    throw usageFailure(
      `${verb} takes one id, or a query`,
      'Call it once for each id, or select them by a query.',
    );
  }
  return undefined;
}
