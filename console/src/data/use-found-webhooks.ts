import { useNamedWebhooks } from './use-named-webhooks.ts';
import { MOST_WEBHOOKS, useWebhooks } from './use-webhooks.ts';

/** The newest webhooks, and of an account with more those whose name has a text in it. */
export function useFoundWebhooks(text: string) {
  const newest = useWebhooks();
  const isCut = (newest.data?.length ?? 0) >= MOST_WEBHOOKS;
  const named = useNamedWebhooks(text, isCut);
  const loaded = new Map(
    [...(newest.data ?? []), ...(isCut ? (named.data ?? []) : [])].map((each) => [each.id, each]),
  );
  return { newest, named, isCut, loaded: [...loaded.values()] };
}
