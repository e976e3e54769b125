/**
 * Credentials: a user name and a password, or an e-mail address and an API token (both sent as
 * HTTP Basic, the second as `email/token:TOKEN`), or an access token (sent as Bearer).
 */
export type Auth =
  | { readonly username: string; readonly password: string }
  | { readonly email: string; readonly apiToken: string }
  | { readonly accessToken: string };
