import { parseUrl } from '@hooktrail/server/parse-url';
import { CommandFailure } from '../failures/command-failure.ts';
import { EXIT } from '../failures/exit-codes.ts';
import { nearestName } from '../failures/nearest-name.ts';
import type { Profiles } from './profiles.ts';

/** What the command line says about the server. */
export interface ConnectionFlags {
  readonly url?: string | undefined;
  readonly token?: string | undefined;
  readonly profile?: string | undefined;
}

/** Where a command goes, and with which token. */
export interface Connection {
  readonly url: string;
  /** Undefined where none is known for this server. */
  readonly token: string | undefined;
  /** The profile that one of them is from. */
  readonly profile: string | undefined;
}

/** Where `hooktrail start` listens. */
export const DEFAULT_URL = 'http://127.0.0.1:4400';

/**
 * Flags come before the environment, and the environment before the file. A profile that a flag names is
 * taken before the variables. The token of a profile goes to the server of that profile only: a URL from
 * elsewhere must not receive it.
 *
 * @throws CommandFailure for a profile that does not exist
 */
export function chooseConnection(
  flags: ConnectionFlags,
  environment: Readonly<Record<string, string | undefined>>,
  { current, profiles }: Profiles,
): Connection {
  const named = flags.profile ?? (environment['HOOKTRAIL_PROFILE'] || undefined);
  const name = named ?? current;
  const profile = Object.hasOwn(profiles, name) ? profiles[name] : undefined;
  if (named !== undefined && profile === undefined) throw unknownProfile(named, profiles);

  // The flag names a profile, so the variables are for another occasion.
  const variables = flags.profile === undefined ? environment : {};
  const url = flags.url ?? (variables['HOOKTRAIL_URL'] || undefined) ?? profile?.url ?? DEFAULT_URL;
  const isOfProfile = profile !== undefined && sameServer(url, profile.url);
  return {
    url,
    token:
      flags.token ??
      (variables['HOOKTRAIL_TOKEN'] || undefined) ??
      (isOfProfile ? profile.token : undefined),
    profile: isOfProfile ? name : undefined,
  };
}

function sameServer(one: string, other: string): boolean {
  const plain = (text: string) => parseUrl(text)?.href.replace(/\/+$/, '');
  const server = plain(one);
  return server !== undefined && server === plain(other);
}

function unknownProfile(name: string, profiles: Profiles['profiles']): CommandFailure {
  const known = Object.keys(profiles);
  const near = nearestName(name, known);
  const hint = near === undefined ? '' : `; did you mean "${near}"?`;
  const list = known.length === 0 ? 'There are none.' : `There are ${known.join(', ')}.`;
  return new CommandFailure(`there is no profile "${name}"${hint}`, {
    exitCode: EXIT.usage,
    code: 'UnknownProfile',
    next: `${list} Make one: hooktrail login --profile ${name}`,
  });
}
