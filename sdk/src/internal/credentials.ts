import { ConfigurationError } from '../errors/configuration-error.ts';
import type { ZendeskOptions } from '../options/zendesk-options.ts';
import { environment } from './environment.ts';

/** The fields of every kind of credentials; which of them are set decides the kind. */
interface AuthFields {
  readonly accessToken?: string | undefined;
  readonly email?: string | undefined;
  readonly apiToken?: string | undefined;
  readonly username?: string | undefined;
  readonly password?: string | undefined;
}

const fromEnvironment = (): AuthFields => ({
  accessToken: environment('ZENDESK_ACCESS_TOKEN'),
  email: environment('ZENDESK_EMAIL'),
  apiToken: environment('ZENDESK_API_TOKEN'),
  username: environment('ZENDESK_USERNAME'),
  password: environment('ZENDESK_PASSWORD'),
});

const basic = (user: string, secret: string): [header: string, ...secrets: string[]] => {
  // `btoa` takes one byte a character, but names and passwords may use any script.
  const bytes = new TextEncoder().encode(`${user}:${secret}`);
  const encoded = btoa(String.fromCharCode(...bytes));
  return [`Basic ${encoded}`, encoded, secret];
};

/**
 * The value of the authorization header, followed by the secrets in it: an error must not repeat
 * them when the server quotes them.
 *
 * @throws ConfigurationError when no kind of credentials is complete.
 */
export const credentials = async (
  auth?: ZendeskOptions['auth'],
): Promise<[header: string, ...secrets: string[]]> => {
  const fields = typeof auth === 'function' ? await auth() : (auth ?? fromEnvironment());
  const { accessToken, email, apiToken, username, password }: AuthFields = fields;
  if (accessToken) return [`Bearer ${accessToken}`, accessToken];
  if (email && apiToken) return basic(`${email}/token`, apiToken);
  if (username && password) return basic(username, password);
  throw new ConfigurationError(
    'No credentials: set auth, ZENDESK_ACCESS_TOKEN, ZENDESK_EMAIL with ZENDESK_API_TOKEN, or ' +
      'ZENDESK_USERNAME with ZENDESK_PASSWORD',
  );
};
