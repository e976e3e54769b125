import type { HttpRequest } from './http-request.ts';

const METHOD = /^[A-Z]+$/;

/** No blank, which would end it, and no control character. */
const PATH = /^[!-\u00ff]+$/;

/** RFC 9110, 5.5 and 5.6.2: no character that could end a header and begin another. */
const HEADER = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+: [\t -~\u0080-\u00ff]*$/;

/**
 * What is sent before the body, each character of it a byte (latin1).
 *
 * @throws {Error} if a part of the request would make another request of it.
 */
export function requestHead(request: HttpRequest, host: string): string {
  const { method, path, headers, body } = request;
  if (!METHOD.test(method)) throw unfit('method', method);
  if (!PATH.test(path)) throw unfit('path', path);
  let head = `${method} ${path} HTTP/1.1\r\nHost: ${host}\r\nConnection: keep-alive\r\n`;
  for (let at = 0; at < headers.length; at += 2) {
    const header = `${headers[at]}: ${headers[at + 1]}`;
    if (!HEADER.test(header)) throw unfit('header', headers[at] as string);
    head += `${header}\r\n`;
  }
  if (body !== undefined) head += `Content-Length: ${body.length}\r\n`;
  return `${head}\r\n`;
}

function unfit(part: string, value: string): Error {
  return new Error(`the request cannot be sent with the ${part} ${JSON.stringify(value)}`);
}
