import type { HeaderList } from './header-list.ts';

/** The first value of a header, its name in lower case. */
export function headerValue(headers: HeaderList, name: string): string | undefined {
  for (let index = 0; index < headers.length; index += 2) {
    if (headers[index]?.toLowerCase() === name) return headers[index + 1];
  }
  return undefined;
}
