import type { HeaderList } from '../../http-client/header-list.ts';
import type { HttpExchange } from '../../http-client/http-exchange.ts';

/** What happened to one delivery: all that the trail keeps of an attempt. */
export interface Exchange extends HttpExchange {
  /** As sent, with a key in the query masked; null when the request could not be composed. */
  readonly requestMethod: string | null;
  readonly requestUrl: string | null;
  /** As they were sent, with credentials masked (spec/contract.md, "List attempts"). */
  readonly requestHeaders: HeaderList;
  /** Where it is in a trace, if it is traced. */
  readonly traceContext?: string | undefined;
}
