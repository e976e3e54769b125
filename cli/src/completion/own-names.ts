import { type ConnectionFlags, chooseConnection } from '../connection/choose-connection.ts';
import { configPath } from '../connection/config-path.ts';
import { readProfiles } from '../connection/profiles.ts';
import type { CompletionNames } from './complete-words.ts';

/** Somebody waits with a finger on the key. */
const PATIENCE_MS = 1_000;

/** What one screen of candidates has. */
const MOST = 50;

/** The names of the profiles and of the server's webhooks. Whatever fails gives none. */
export const ownNames = (
  environment: Readonly<Record<string, string | undefined>>,
  flags: ConnectionFlags,
): CompletionNames => {
  const stored = () => readProfiles(configPath(environment));
  return {
    profiles: async () => Object.keys((await stored()).profiles),
    eventTypes: async () => (await import('../trigger/sample-types.ts')).sampleTypes(),
    async webhooks(part) {
      const { url, token } = chooseConnection(flags, environment, await stored());
      if (token === undefined) return [];
      const { Zendesk } = await import('@hooktrail/sdk');
      const client = new Zendesk({
        baseUrl: url,
        auth: { accessToken: token },
        timeoutMs: PATIENCE_MS,
        retries: { strategy: 'none' },
      });
      const found = await client.webhooks
        .list({ filterNameContains: part || undefined, pageSize: MOST })
        .all({ limit: MOST });
      // A line of the answer is one candidate.
      return found.map(({ name }) => name).filter((name) => !/[\n\r\t]/.test(name));
    },
  };
};
