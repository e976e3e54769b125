import { DEFAULT_URL } from '../connection/choose-connection.ts';
import { configPath } from '../connection/config-path.ts';
import { readProfiles, writeProfiles } from '../connection/profiles.ts';
import { CommandFailure } from '../failures/command-failure.ts';
import { EXIT } from '../failures/exit-codes.ts';
import { usageFailure } from '../failures/usage-failure.ts';
import { readInput } from '../input/read-input.ts';
import type { AddCommand } from '../session/act.ts';
import { ask } from '../session/ask.ts';
import type { Context } from '../session/context.ts';
import { profileView } from '../views/profile-view.ts';

interface Options {
  readonly tokenStdin?: boolean;
}

/** A token is at most 255 characters. */
const MOST_BYTES = 4_096;

/** Stores a server and its token. */
export const login: AddCommand = (parent, act) => {
  parent
    .command('login')
    .description(
      'Checks a token with the server and stores both in a profile, which is used from then on. The file is readable by you alone. Name the server with --url, and the profile with --profile.',
    )
    .option('--token-stdin', 'read the token from standard input')
    .addHelpText(
      'after',
      `
Examples:
  $ hooktrail login
  $ hooktrail login --profile production --url https://hooks.example.com
  $ pass hooktrail/token | hooktrail login --token-stdin`,
    )
    .action(
      act(async (context, { tokenStdin }: Options) => {
        const { globals, terminal, signal } = context;
        if (globals.zendesk !== undefined) {
          throw usageFailure(
            'login is for Hooktrail; --zendesk takes ZENDESK_* of the environment',
          );
        }
        const path = configPath(terminal.environment);
        const known = await readProfiles(path);
        const name =
          globals.profile ?? (terminal.environment['HOOKTRAIL_PROFILE'] || known.current);
        // The flag names a profile, so the variable is for another server: it must not get the token.
        const url =
          globals.url ??
          (globals.profile === undefined ? undefined : known.profiles[name]?.url) ??
          (terminal.environment['HOOKTRAIL_URL'] || known.profiles[name]?.url) ??
          DEFAULT_URL;
        const token = await tokenFrom(context, url, tokenStdin === true);
        const { Hooktrail } = await import('@hooktrail/sdk/hooktrail');
        const client = new Hooktrail({
          baseUrl: url,
          auth: { accessToken: token },
          timeoutMs: globals.timeout * 1_000,
          retries: { strategy: 'none' },
        });
        const session = await client.sessions.get({ signal });
        await writeProfiles(path, {
          current: name,
          profiles: { ...known.profiles, [name]: { url, token } },
        });
        context.note(`logged in; the profile "${name}" is in ${path}`, { path });
        await context.printer.one(
          {
            profile: name,
            url,
            account: session.account,
            role: session.token.role,
            version: session.version,
          },
          profileView,
        );
      }),
    );
};

async function tokenFrom(context: Context, url: string, fromInput: boolean): Promise<string> {
  const { globals, terminal, signal } = context;
  const text = fromInput
    ? await readInput('-', MOST_BYTES)
    : (globals.token ??
      (terminal.canAsk ? await ask(`Token of ${url}: `, signal, true) : undefined));
  if (text === undefined) {
    throw new CommandFailure('there is no terminal to ask for the token', {
      exitCode: EXIT.usage,
      code: 'TokenNeeded',
      next: 'Give it on standard input: --token-stdin',
    });
  }
  const token = text.trim();
  if (token === '') throw usageFailure('the token is empty');
  return token;
}
