import { once } from 'node:events';
import type { ZendeskOptions } from '@hooktrail/sdk';
import { type Connection, chooseConnection } from '../connection/choose-connection.ts';
import { configPath } from '../connection/config-path.ts';
import { readProfiles } from '../connection/profiles.ts';
import { quickFetch } from '../connection/quick-fetch.ts';
import { CommandFailure } from '../failures/command-failure.ts';
import { EXIT } from '../failures/exit-codes.ts';
import { usageFailure } from '../failures/usage-failure.ts';
import { coloursOf } from '../output/colours.ts';
import { type Format, isJson } from '../output/formats.ts';
import { createPrinter } from '../output/printer.ts';
import { visibleText } from '../output/visible-text.ts';
import { ask } from './ask.ts';
import { colourChoice } from './colour-choice.ts';
import type { Context } from './context.ts';
import type { GlobalOptions } from './global-options.ts';
import type { Terminal } from './terminal.ts';

/**
 * How long a command tries again while a node restarts or asks it to wait. A person has given up after
 * that, and a script reads from the exit code that it may repeat.
 */
const RETRY_MS = 5_000;

/** The format of the output: a table for people, lines of JSON for programs. */
export const formatOf = ({ output }: GlobalOptions, { showsData }: Terminal): Format =>
  output ?? (showsData ? 'table' : 'ndjson');

/** Creates what a command works with. Nothing is read or connected before the command asks for it. */
export function createContext(
  globals: GlobalOptions,
  terminal: Terminal,
  signal: AbortSignal,
  releaseSignals: () => void,
): Context {
  const { environment } = terminal;
  const format = formatOf(globals, terminal);
  const colour = colourChoice(globals);

  const note: Context['note'] = (text, facts) => {
    if (isJson(format) && !terminal.showsWords) {
      // A script may log notes, and must be able to tell them from the error.
      if (facts !== undefined)
        process.stderr.write(`${JSON.stringify({ note: { text, ...facts } })}\n`);
      return;
    }
    process.stderr.write(`${visibleText(text)}\n`);
  };

  const connection = async (): Promise<Connection> =>
    chooseConnection(globals, environment, await readProfiles(configPath(environment)));

  const shared: ZendeskOptions = {
    timeoutMs: globals.timeout * 1_000,
    retries: { backoff: { maxElapsedTime: RETRY_MS } },
    onRetry: ({ delayMs, cause }) => {
      if (terminal.showsWords && delayMs > 200) {
        process.stderr.write(
          `${visibleText(cause.message)}; trying again in ${(delayMs / 1_000).toFixed(1)} s\n`,
        );
      }
    },
  };

  const optionsOf = ({ url, token }: Connection): ZendeskOptions => {
    if (token !== undefined) return { ...shared, baseUrl: url, auth: { accessToken: token } };
    throw new CommandFailure(`there is no token for ${url}`, {
      exitCode: EXIT.credentials,
      code: 'NoToken',
      next: 'Log in: hooktrail login. Or set HOOKTRAIL_TOKEN, or give --token.',
    });
  };

  const hooktrail: Context['hooktrail'] = async (fetch) => {
    if (globals.zendesk !== undefined) {
      throw usageFailure(
        'Zendesk does not have this operation: it works against Hooktrail only',
        'Leave out --zendesk.',
      );
    }
    const options = optionsOf(await connection());
    const { Hooktrail } = await import('@hooktrail/sdk/hooktrail');
    return new Hooktrail({
      ...options,
      fetch: fetch ? (url, init) => fetch(url, init) : quickFetch,
    });
  };

  return {
    globals,
    terminal,
    signal,
    colours: coloursOf(colour, environment, terminal.showsWords),
    printer: createPrinter({
      format,
      columns: globals.columns,
      headers: globals.headers,
      colours: coloursOf(colour, environment, terminal.showsData),
      width: terminal.width,
      write: (text) => writeOut(text, signal),
      note,
    }),
    connection,
    hooktrail,
    async zendesk() {
      const { zendesk: subdomain } = globals;
      if (subdomain === undefined) return await hooktrail();
      const { Zendesk } = await import('@hooktrail/sdk');
      // The credentials come from ZENDESK_*: a token of Hooktrail must not go to Zendesk.
      const baseUrl = environment['ZENDESK_BASE_URL'] || undefined;
      return new Zendesk({ ...shared, subdomain, baseUrl });
    },
    note,
    releaseSignals,
    async confirm(question, yes) {
      if (yes === true) return;
      if (!terminal.canAsk) {
        throw new CommandFailure(`${question} There is no terminal to ask on`, {
          exitCode: EXIT.usage,
          code: 'ConfirmationNeeded',
          next: 'Repeat the command with --yes, or with --dry-run to see what it would do.',
        });
      }
      const answer = await ask(`${question} [y/N] `, signal);
      if (/^y(es)?$/i.test(answer.trim())) return;
      throw new CommandFailure('nothing was done', { exitCode: EXIT.failed, code: 'Declined' });
    },
  };
}

/** Waits for a slow reader instead of filling the memory. A reader that is gone aborts the signal. */
async function writeOut(text: string, signal: AbortSignal): Promise<void> {
  if (process.stdout.write(text)) return;
  await once(process.stdout, 'drain', { signal }).catch(() => signal.throwIfAborted());
}
