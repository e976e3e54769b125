import type { QueryKey } from '@tanstack/preact-query';
import { refresh } from './refresh.ts';

/** The options of the calls of a query: they end with it, and those of a refresh share answers. */
export function callOptions(context: { queryKey: QueryKey; signal: AbortSignal }) {
  const { signal } = context;
  const seconds = Math.floor(refresh.acceptedMs(context) / 1_000);
  return seconds === 0
    ? { signal }
    : { signal, headers: { 'cache-control': `max-age=${seconds}` } };
}
