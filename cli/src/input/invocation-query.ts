import type { Command } from 'commander';

/** The options that stand for terms of a query. */
export interface QueryOptions {
  readonly webhook?: string;
  readonly status?: string;
  readonly type?: string;
  readonly since?: string;
  readonly until?: string;
}

/** What people look for in the help: whoever installed the package has no folder of documents. */
const TERMS = `
Terms of the query language, which must all match; -TERM excludes:
  status:failed,timeout   code:5xx   error:dns   reason:breaker   state:undelivered
  'webhook:"Orders, EU"'   type:order.*   since:2h   until:2026-11-01   completed:>=1h
  attempts:>3   took:>5s   /detail/id:9876   (docs/query.md has all of them)`;

/** Adds options for what is asked most, so that nobody needs the query language for it. */
export const queryOptions = (command: Command): Command =>
  command
    .addHelpText('after', TERMS)
    .option('-w, --webhook <id-or-name>', 'of this webhook: webhook:NAME')
    .option('-s, --status <status>', 'with this status, or one of several: status:failed,timeout')
    .option('-t, --type <type>', 'of this event type: type:order.*')
    .option('--since <time>', 'created then or later: 2h, 2026-11-01T09:30Z')
    .option('--until <time>', 'created then or earlier');

/** The text of a query from its words and options. A shell has taken the quotes of its words away. */
export function invocationQuery(words: readonly string[], options: QueryOptions): string {
  const { webhook, status, type, since, until } = options;
  const terms = Object.entries({ webhook, status, type, since, until }).flatMap(([field, value]) =>
    value === undefined ? [] : [`${field}:${field === 'webhook' ? quoted(value) : listed(value)}`],
  );
  return [...words, ...terms].join(' ');
}

/** `--status "client error"` needs quotes in the language, and `failed,timeout` is a list. */
const listed = (value: string): string =>
  value
    .split(',')
    .map((one) => (/[\s"]/.test(one) ? quoted(one.trim()) : one))
    .join(',');

const quoted = (value: string): string => (/^[\w.-]+$/.test(value) ? value : JSON.stringify(value));
