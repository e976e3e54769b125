import { scalar } from '../../database/parameters.ts';
import type { Parameters } from '../../database/query.ts';

/** What the database looks for in a text before the node does: patterns of LIKE, in lower case. */
export interface TextPatterns {
  /** Each must match. */
  readonly all: readonly string[];
  /** One must match. */
  readonly any: readonly string[];
}

const texts = scalar<readonly string[]>('text[]');

/** The parameters of `textMatch`. */
export const TEXT_PARAMETERS: Parameters<{ readonly patterns: TextPatterns }> = {
  all_patterns: texts(({ patterns }) => patterns.all),
  any_patterns: texts(({ patterns }) => patterns.any),
};

/**
 * Whether a text may have what is looked for: it misses nothing, and the node decides. The collation
 * "C" lowers ASCII only, at a third of the cost. An escape may spell any character.
 */
export const textMatch = (text: string): string =>
  `(
      (lower(${text} collate "C") like all ($all_patterns)
        and lower(${text} collate "C") like any ($any_patterns))
      or strpos(${text}, '\\u') > 0
    )`;
