import type { Fetch } from '../http-client/create-fetch.ts';
import type { Clock } from '../model/clock.ts';
import { createRemote } from './remote/create-remote.ts';
import { RemoteFailure } from './remote/remote-failure.ts';
import type { SourceSettings } from './source-settings.ts';

/** What the credentials of a source may read. Undefined: there is no webhook to try it with. */
export interface Access {
  readonly webhooks: true;
  readonly invocations: boolean | undefined;
  /** Undefined also where nobody asked for them. */
  readonly signingSecrets: boolean | undefined;
  /** Requests a minute. */
  readonly limit: number | undefined;
}

interface Parts {
  readonly clock: Clock;
  readonly fetch: Fetch;
  readonly signal: AbortSignal;
}

/**
 * Asks a source what its credentials may do: three requests at most.
 *
 * @throws RemoteFailure if they may not list webhooks, or the service cannot be asked.
 */
export async function checkAccess(
  { clock, fetch, signal }: Parts,
  { baseUrl, credentials, onlyWebhooks, resend }: SourceSettings,
): Promise<Access> {
  const remote = createRemote({ baseUrl, clock, credentials, fetch, signal });
  const { items } = await remote.webhooks(undefined, 1);
  const id = onlyWebhooks?.[0] ?? items[0]?.id;
  const may = async (ask: (id: string) => Promise<unknown>): Promise<boolean | undefined> => {
    if (id === undefined) return undefined;
    try {
      await ask(id);
      return true;
    } catch (error) {
      if (!(error instanceof RemoteFailure)) throw error;
      if (error.code === 'forbidden' || error.code === 'unauthorized') return false;
      // The webhook is gone; anything else says nothing of the credentials.
      return undefined;
    }
  };
  const invocations = await may((webhookId) => remote.invocations(webhookId, undefined, 1));
  const signingSecrets =
    resend === 'read' ? await may((webhookId) => remote.signingSecret(webhookId)) : undefined;
  return { webhooks: true, invocations, signingSecrets, limit: remote.facts?.limit };
}
