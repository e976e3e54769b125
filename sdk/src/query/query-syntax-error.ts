import { ZendeskError } from '../errors/zendesk-error.ts';

/** Where a query is wrong, and what would be right. */
export interface QueryProblem {
  /** In the text of a query, in UTF-16 units: from `start` up to, not including, `end`. */
  readonly position?: { readonly start: number; readonly end: number };
  /** In the JSON form of a query: a JSON pointer, such as `/0/values/1`. */
  readonly path?: string;
  /** What may stand there, where that is a closed list. */
  readonly known?: readonly string[] | undefined;
  /** The one of `known` that was probably meant. */
  readonly nearest?: string | undefined;
}

/** A query is not valid. `message` says where, which rule, and what is known. */
export class QuerySyntaxError extends ZendeskError implements QueryProblem {
  override name = 'QuerySyntaxError';

  /** Where in the text; absent for the JSON form. */
  declare readonly position?: { readonly start: number; readonly end: number };

  /** Where in the JSON form; absent for text. */
  declare readonly path?: string;

  /** What may stand there, where that is a closed list. */
  declare readonly known?: readonly string[] | undefined;

  /** The one of `known` that was probably meant. */
  declare readonly nearest?: string | undefined;

  /** The rule alone, without the place and what is known. */
  readonly problem: string;

  /**
   * @param problem - Which rule it breaks.
   * @param where - Where, and what would be right.
   */
  constructor(problem: string, where: QueryProblem) {
    const { known, nearest, path, position } = where;
    const place = position ? `character ${position.start + 1}` : path || 'the query';
    const hint = nearest === undefined ? '' : `; did you mean "${nearest}"?`;
    const list = known ? `${hint ? '' : ';'} known: ${known.join(', ')}` : '';
    super(`${place}: ${problem}${hint}${list}`);
    this.problem = problem;
    Object.assign(this, where);
  }
}
