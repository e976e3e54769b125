import { stat } from 'node:fs/promises';
import { parseUrl } from '@hooktrail/server/parse-url';
import { configPath } from '../connection/config-path.ts';
import { describeFailure } from '../failures/describe-failure.ts';
import type { Check, Finding } from './finding.ts';
import { isHealth } from './is-health.ts';

/** Signatures are valid for five minutes; a minute leaves room for slow requests. */
const MOST_SKEW_MS = 60_000;

/** The server of the profile: whether it is there, ready, on time, and knows the token. */
export const checkServer: Check = async function* (context) {
  const { url, token, profile } = await context.connection();
  const ready = await readiness(url, context.globals.timeout * 1_000);
  yield ready.finding;
  if (ready.skewMs === undefined) return;
  yield Math.abs(ready.skewMs) <= MOST_SKEW_MS
    ? { check: 'clock', state: 'ok', message: 'the clocks of this machine and of the server agree' }
    : {
        check: 'clock',
        state: 'problem',
        message: `the clock of this machine is ${Math.round(ready.skewMs / 1_000)} s ahead of that of the server`,
        next: 'Synchronise both with NTP: receivers refuse signatures that are five minutes off',
      };
  if (token === undefined) {
    yield {
      check: 'token',
      state: 'warning',
      message: `there is no token for ${url}`,
      next: 'Log in: hooktrail login',
    };
    return;
  }
  try {
    const hooktrail = await context.hooktrail();
    const session = await hooktrail.sessions.get({ signal: context.signal });
    if (profile !== undefined) yield* ofProfiles(configPath(context.terminal.environment));
    const where = profile === undefined ? '' : `, of the profile "${profile}"`;
    yield {
      check: 'token',
      state: 'ok',
      message: `"${session.token.name}"${where}, role ${session.token.role} in "${session.account.name}"`,
    };
  } catch (error) {
    const { message, next } = describeFailure(error);
    yield { check: 'token', state: 'problem', message, ...(next !== undefined && { next }) };
  }
};

/** Whoever reads the file has the tokens. */
async function* ofProfiles(path: string): AsyncGenerator<Finding, void, undefined> {
  const { mode } = await stat(path);
  // Windows has no such modes.
  if (process.platform === 'win32' || (mode & 0o077) === 0) return;
  yield {
    check: 'profiles',
    state: 'warning',
    message: `other users can read the tokens in ${path}`,
    next: `chmod 600 ${path}`,
  };
}

interface Readiness {
  readonly finding: Finding;
  /** How far this machine's clock is ahead; undefined where nothing answered. */
  readonly skewMs?: number;
}

async function readiness(url: string, timeoutMs: number): Promise<Readiness> {
  if (!/^https?:/i.test(url) || parseUrl(url) === undefined) {
    return {
      finding: {
        check: 'server',
        state: 'problem',
        message: `${url} is no URL of a server`,
        next: 'It begins with http:// or https://: --url, HOOKTRAIL_URL or hooktrail login',
      },
    };
  }
  try {
    const answer = await fetch(`${url.replace(/\/+$/, '')}/readyz`, {
      redirect: 'manual',
      signal: AbortSignal.timeout(timeoutMs),
    });
    const text = (await answer.text()).slice(0, 200);
    const date = Date.parse(answer.headers.get('date') ?? '');
    if (answer.ok && !isHealth(text)) {
      return {
        finding: {
          check: 'server',
          state: 'problem',
          message: `something else than Hooktrail answers at ${url}`,
          next: 'Check the URL, and proxies before it',
        },
      };
    }
    return {
      ...(!Number.isNaN(date) && { skewMs: Date.now() - date }),
      finding: answer.ok
        ? { check: 'server', state: 'ok', message: `${url} is ready` }
        : {
            check: 'server',
            state: 'problem',
            message: `${url} is not ready: ${answer.status} ${text}`,
            next: 'Look at the log of the node',
          },
    };
  } catch (error) {
    const cause = (error as Error).cause;
    const why = cause instanceof Error && cause.message !== '' ? cause.message : String(error);
    return {
      finding: {
        check: 'server',
        state: 'warning',
        message: `${url} does not answer: ${why}`,
        next: 'Start a node: hooktrail start. Or name another server: --url, hooktrail login',
      },
    };
  }
}
