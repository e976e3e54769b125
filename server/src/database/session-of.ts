import { SESSION_SETTINGS } from './session-settings.ts';

/** What to connect with, in the form that `pg` takes. */
interface Session {
  readonly connectionString: string;
  /** Settings, as the command-line options of a PostgreSQL process. */
  readonly options: string;
}

const OURS = Object.entries(SESSION_SETTINGS)
  .map(([name, value]) => `-c ${name}=${value.replaceAll(/[\s\\]/g, '\\$&')}`)
  .join(' ');

/**
 * The URL and the options of a session that runs our statements. Options in the URL, such as a
 * `search_path`, would replace ours: they come first, and ours after them.
 */
export function sessionOf(url: string): Session {
  const [, before = '', theirs = '', after = ''] =
    /^([^?]*\?(?:[^#]*&)?)options=([^&#]*)(.*)$/.exec(url) ?? [];
  if (theirs === '') return { connectionString: url, options: OURS };
  const connectionString = before + after.replace(/^&/, '');
  return {
    connectionString,
    options: `${decodeURIComponent(theirs.replaceAll('+', ' '))} ${OURS}`,
  };
}
