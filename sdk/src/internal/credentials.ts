import { ConfigurationError } from '../errors.ts';
import type { ZendeskOptions } from '../options.ts';
import { environment } from './environment.ts';

const fromEnvironment = () => ({
  accessToken: environment('ACCESS_TOKEN'),
  email: environment('EMAIL'),
  apiToken: environment('API_TOKEN'),
  username: environment('USERNAME'),
  password: environment('PASSWORD'),
});

/**
 * The authorization header's value, and then the secrets in it, which must not come back in the
 * message of an error when the server quotes them.
 */
export const credentials = async (
  auth: ZendeskOptions['auth'] | typeof fromEnvironment = fromEnvironment,
): Promise<[header: string, ...secrets: string[]]> => {
  const { username, password, email, apiToken, accessToken }: Record<string, string | undefined> =
    typeof auth === 'function' ? await auth() : auth;
  if (accessToken) return [`Bearer ${accessToken}`, accessToken];
  const [user, secret] = email && apiToken ? [`${email}/token`, apiToken] : [username, password];
  if (!user || !secret) {
    throw new ConfigurationError(
      'Set auth, ZENDESK_ACCESS_TOKEN, ZENDESK_EMAIL and ZENDESK_API_TOKEN, or ' +
        'ZENDESK_USERNAME and ZENDESK_PASSWORD',
    );
  }
  // `btoa` takes one character a byte, and names and passwords may be of any script.
  const basic = btoa(String.fromCharCode(...new TextEncoder().encode(`${user}:${secret}`)));
  return [`Basic ${basic}`, basic, secret];
};
