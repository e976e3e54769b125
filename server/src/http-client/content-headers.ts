import type { HeaderList } from './header-list.ts';
import { headerValue } from './header-value.ts';

/** The codings of a body (`Content-Encoding`), in the order in which they were applied. */
export function contentCodings(headers: HeaderList): string[] {
  const codings: string[] = [];
  for (let at = 0; at < headers.length; at += 2) {
    if (headers[at]?.length !== 16 || headers[at]?.toLowerCase() !== 'content-encoding') continue;
    for (const coding of (headers[at + 1] ?? '').split(',')) {
      const name = coding.trim().toLowerCase();
      if (name !== '' && name !== 'identity') codings.push(name);
    }
  }
  return codings;
}

/**
 * The charset of a body, as a name that `TextDecoder` knows; undefined for UTF-8 and unknown ones.
 */
export function charsetOf(headers: HeaderList): string | undefined {
  const type = headerValue(headers, 'content-type');
  if (type === undefined) return undefined;
  const label = /;[ \t]*charset=[ \t]*"?([^\s";,]{1,40})/i.exec(type)?.[1];
  if (label === undefined || /^utf-?8$/i.test(label)) return undefined;
  try {
    const { encoding } = new TextDecoder(label);
    return encoding === 'utf-8' ? undefined : encoding;
  } catch {
    return undefined;
  }
}
