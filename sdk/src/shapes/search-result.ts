import { asIs } from '../codec/as-is.ts';
import { list } from '../codec/list.ts';
import { model } from '../codec/model.ts';
import { time } from '../codec/time.ts';
import type { SearchMatch, SearchResult } from '../models/search-result.ts';
import { eventSummary } from './event.ts';
import { listedInvocation } from './listed-invocation.ts';

/** A result of a search. */
export const searchResult = model<SearchResult>({
  id: asIs,
  foundAt: time,
  event: eventSummary,
  invocation: listedInvocation,
  matches: list(model<SearchMatch>({ in: asIs, attempt: asIs, text: asIs })),
});
