import { createHeaderBox } from '../secrets/header-box.ts';
import { shownRequestHeaders } from '../secrets/shown-request-headers.ts';
import { shownResponseHeaders } from '../secrets/shown-response-headers.ts';

/** Where in an attempt a text stands. */
export type AttemptPlace = 'request headers' | 'response headers' | 'response body';

/** The columns of an attempt that are searched. */
export interface AttemptColumns {
  /** JSON: name, value, name, value, ...; null where they were not archived. */
  readonly request_headers: string | null;
  readonly response_headers: string | null;
  readonly response_body: string | null;
}

/** Opens nothing: what is sealed stays masked. */
const closedBox = createHeaderBox({
  seal: refuse,
  open: refuse,
});

/**
 * The texts of an attempt that can be searched: what everybody who may search sees of it. Values that
 * are masked for the role `read` are found by nobody, so that no search reveals them.
 */
export function attemptTexts(row: AttemptColumns): [place: AttemptPlace, text: string][] {
  const texts: [AttemptPlace, string][] = [];
  if (row.request_headers !== null) {
    const shown = shownRequestHeaders(list(row.request_headers), closedBox, 'none');
    texts.push(['request headers', lines(shown)]);
  }
  if (row.response_headers !== null) {
    texts.push(['response headers', lines(shownResponseHeaders(list(row.response_headers)))]);
  }
  if (row.response_body !== null) texts.push(['response body', row.response_body]);
  return texts;
}

const list = (json: string): string[] => JSON.parse(json) as string[];

function lines(headers: readonly string[]): string {
  let text = '';
  for (let index = 0; index + 1 < headers.length; index += 2) {
    text += `${headers[index]}: ${headers[index + 1]}\n`;
  }
  return text;
}

function refuse(): never {
  throw new Error('sealed');
}
