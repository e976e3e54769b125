import type { SourceProblemRow } from '../sql/read-source-problems.ts';

/** What is wrong with a source that is archived. */
export type SourceProblem =
  /** It is not read, or not far enough. */
  | { readonly kind: 'source'; readonly source: SourceProblemRow }
  /** Of spans of it nothing is known. */
  | { readonly kind: 'gap'; readonly source: SourceProblemRow }
  /** Somebody paused it. */
  | { readonly kind: 'paused'; readonly source: SourceProblemRow };

/** What is wrong with the sources of an account: one that is paused is not behind by accident. */
export function sourceProblems(rows: readonly SourceProblemRow[], behindMs: number) {
  return rows.flatMap((source): SourceProblem[] => {
    const found: SourceProblem[] = [];
    if (source.paused_at !== null) found.push({ kind: 'paused', source });
    else if (
      source.error_code !== null ||
      (source.behind_since !== null && source.behind_since.getTime() < behindMs)
    ) {
      found.push({ kind: 'source', source });
    }
    if (source.gaps > 0) found.push({ kind: 'gap', source });
    return found;
  });
}
