import { forbidden, unauthorized } from './remote-errors.ts';

/**
 * What a caller may do: `admin` everything, `reader` everything except reading secrets, `agent`
 * nothing at these endpoints.
 */
export type RemoteRole = 'admin' | 'reader' | 'agent';

/** Credentials as the SDK takes them. */
export type RemoteCredentials =
  | { readonly email: string; readonly apiToken: string }
  | { readonly accessToken: string };

/** Who may call, and what. */
export class Callers {
  readonly #roles = new Map<string, RemoteRole>();

  /** Gives the credentials a role; undefined takes them away. */
  set(credentials: RemoteCredentials, role: RemoteRole | undefined): void {
    const key = headerOf(credentials);
    if (role === undefined) this.#roles.delete(key);
    else this.#roles.set(key, role);
  }

  /** @throws RemoteError 401 for unknown credentials, 403 for a role that may not look */
  check(authorization: string | undefined): RemoteRole {
    const role = this.#roles.get(authorization ?? '');
    if (role === undefined) throw unauthorized();
    if (role === 'agent') throw forbidden();
    return role;
  }
}

function headerOf(credentials: RemoteCredentials): string {
  if ('accessToken' in credentials) return `Bearer ${credentials.accessToken}`;
  const { email, apiToken } = credentials;
  return `Basic ${Buffer.from(`${email}/token:${apiToken}`).toString('base64')}`;
}
