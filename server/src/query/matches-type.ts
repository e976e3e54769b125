import type { QueryTerm } from '@hooktrail/sdk/query';
import { isLike } from './is-like.ts';

/** Before the types of Zendesk's events. */
const PREFIX = 'zen:event-type:';

type TypeTerm = Extract<QueryTerm, { readonly field: 'type' }>;

/** Whether the type of an event is one of a term's, in either form; an unknown type is none. */
export function matchesType({ values }: TypeTerm, type: string | undefined): boolean {
  return (
    type !== undefined &&
    values.some(
      (pattern) =>
        isLike(pattern, type) || (!pattern.startsWith(PREFIX) && isLike(PREFIX + pattern, type)),
    )
  );
}
