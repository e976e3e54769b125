import type { HttpRequest } from './http-request.ts';

const METHOD = /^[A-Z]+$/;

/** No space, which would end it, and no control character. */
const PATH = /^[!-\u00ff]+$/;

/** RFC 9110, 5.5 and 5.6.2: no character that could end the header and begin another. */
const HEADER = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+: [\t -~\u0080-\u00ff]*$/;

/**
 * The bytes before the body, one character each (latin1).
 *
 * @throws {Error} if a part of the request would turn it into a different request.
 */
export function requestHead(request: HttpRequest, host: string): string {
  const { method, path, headers, body } = request;
  if (!METHOD.test(method)) throw invalid('method', method);
  if (!PATH.test(path)) throw invalid('path', path);
  let head = `${method} ${path} HTTP/1.1\r\nHost: ${host}\r\nConnection: keep-alive\r\n`;
  for (let at = 0; at < headers.length; at += 2) {
    const header = `${headers[at]}: ${headers[at + 1]}`;
    if (!HEADER.test(header)) throw invalid('header', headers[at] as string);
    head += `${header}\r\n`;
  }
  if (body !== undefined) head += `Content-Length: ${body.length}\r\n`;
  return `${head}\r\n`;
}

function invalid(part: string, value: string): Error {
  return new Error(`cannot send a request with the ${part} ${JSON.stringify(value)}`);
}
