import { ownHeader } from './own-header.ts';

/** What other implementations must at least pass on of `tracestate`; here also the most. */
const MOST_STATE = 512;

/** Entries of `tracestate` that W3C allows. */
const MOST_ENTRIES = 32;

/** Where `tracestate` is too long, longer entries go first. */
const LONG_ENTRY = 128;

/** The ids must not be zero, and version ff is invalid. A later version may have more fields. */
const TRACEPARENT =
  /^(?!ff)([0-9a-f]{2})-((?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16})-([0-9a-f]{2})(-.*)?$/;

const ENTRY =
  /^(?:[a-z0-9][a-z0-9_*/-]{0,255}|[a-z0-9][a-z0-9_*/-]{0,240}@[a-z][a-z0-9_*/-]{0,13})=[ -+\--<>-~]{0,255}[!-+\--<>-~]$/;

type Headers = Readonly<Record<string, string | readonly string[] | undefined>>;

/**
 * The place in a trace that the headers of a request name, by W3C Trace Context: the value of `traceparent` and,
 * after a space, that of `tracestate`. Undefined without a valid `traceparent`: an invalid one is no error, since
 * a trace is nothing that the publisher's request depends on.
 */
export function traceContextOf(headers: Headers | undefined): string | undefined {
  const given = headers?.['traceparent'];
  // One that is repeated is no valid one.
  if (typeof given !== 'string') return undefined;
  const [, version, ids, flags, more] = TRACEPARENT.exec(given) ?? [];
  if (version === undefined || flags === undefined) return undefined;
  if (version === '00' && more !== undefined) return undefined;
  // Of a later version only the first bit of the flags has a known meaning.
  const known = version === '00' ? flags : `0${Number.parseInt(flags, 16) & 1}`;
  const state = stateOf(ownHeader(headers as Headers, 'tracestate'));
  return `00-${ids}-${known}${state === '' ? '' : ` ${state}`}`;
}

/** The valid `tracestate`, of at most 512 characters; empty if there is none, or a wrong one. */
function stateOf(given: string | undefined): string {
  if (given === undefined) return '';
  const entries = given
    .split(',')
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '');
  const keys = new Set(entries.map((entry) => entry.slice(0, entry.indexOf('='))));
  const isValid = entries.every((entry) => ENTRY.test(entry));
  if (!isValid || keys.size < entries.length || entries.length > MOST_ENTRIES) return '';
  let kept = entries;
  const text = () => kept.join(',');
  if (text().length > MOST_STATE) kept = kept.filter((entry) => entry.length <= LONG_ENTRY);
  while (text().length > MOST_STATE) kept = kept.slice(0, -1);
  return text();
}
