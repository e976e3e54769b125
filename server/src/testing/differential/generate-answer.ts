/** What an endpoint sends: bytes in pieces, and whether it ends the connection afterwards. */
export interface GeneratedAnswer {
  readonly bytes: Buffer;
  readonly pieces: readonly Buffer[];
  readonly ends: boolean;
}

const STATUS_LINES = [
  ...Array.from({ length: 8 }, () => 'HTTP/1.1 200 OK'),
  'HTTP/1.1 200',
  'HTTP/1.1 200 ',
  'HTTP/1.0 200 OK',
  'HTTP/1.1 201 Created',
  'HTTP/1.1 202 Tr\u00e8s bien',
  'HTTP/1.1 204 No Content',
  'HTTP/1.1 304 Not Modified',
  'HTTP/1.1 404 Not Found',
  'HTTP/1.1 500 Oops',
  'HTTP/1.1 101 Switching Protocols',
  'HTTP/1.1 999 What',
];

const INTERIM = [
  'HTTP/1.1 100 Continue\r\n\r\n',
  'HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n',
  'HTTP/1.1 102 Processing\r\nContent-Length: 3\r\n\r\n',
  '\r\n',
];

const HEADERS = [
  'X: 1',
  'X-Note: gr\u00c3\u00b6\u00c3\u009fe',
  'X-Old: gr\u00f6\u00dfe',
  'Server:  nginx\t',
  'Empty:',
  'Set-Cookie: a=b; c',
  'Connection: keep-alive',
  'Connection: close',
  'Connection: Upgrade, Foo',
  'Keep-Alive: timeout=5, max=100',
  'Keep-Alive: timeout=1',
  'Content-Type: text/plain; charset=utf-8',
  'Content-Encoding: identity',
  'Trailer: X',
  'Upgrade: h2c',
];

/** What a mutation puts in: what tells readers of HTTP apart. */
const JUNK = [
  '\r',
  '\n',
  '\r\n',
  '\r\n\r\n',
  '\r\r\n',
  ' ',
  '\t',
  '\r\n ',
  '\n\t',
  '\u0000',
  '\u007f',
  '\u0001',
  '\u00ff',
  ':',
  ' :',
  ';',
  ';a="b',
  ',',
  '0',
  '-',
  '+1',
  'ffffffffffffffff',
  '0x',
  'X Powered By: foo\r\n',
  'Name : v\r\n',
  'no header at all\r\n',
  'Content-Length: 2\r\n',
  'Content-Length: 7\r\n',
  'Content-Length: 2, 2\r\n',
  'Content-Length: -1\r\n',
  'Transfer-Encoding: chunked\r\n',
  'Transfer-Encoding: gzip\r\n',
  'Transfer-Encoding: identity\r\n',
  'HTTP/1.1 200 OK\r\n',
  'HTTP/1.1 100 Continue\r\n\r\n',
];

/**
 * Makes answers with `random`, which returns numbers from 0 to 1: half of them right, half mutated.
 */
export function generateAnswer(random: () => number): GeneratedAnswer {
  const upTo = (most: number) => Math.floor(random() * (most + 1));
  const pick = <T>(all: readonly T[]): T => all[upTo(all.length - 1)] as T;
  const some = (share: number) => random() < share;

  function chunks(body: string): string {
    let text = '';
    for (let at = 0; at < body.length; ) {
      const size = 1 + upTo(Math.min(20, body.length - at - 1));
      const digits = size.toString(16);
      text += `${some(0.1) ? '0' : ''}${some(0.2) ? digits.toUpperCase() : digits}`;
      text += `${some(0.1) ? ';a=b' : ''}\r\n${body.slice(at, at + size)}\r\n`;
      at += size;
    }
    return `${text}0${some(0.1) ? ';z' : ''}\r\n${some(0.2) ? 'X-Trailer: 1\r\n' : ''}\r\n`;
  }

  function valid(): string {
    const body = 'the body of an answer\r\n\r\n, more of it'.slice(0, upTo(38));
    const headers = Array.from({ length: upTo(4) }, () => `${pick(HEADERS)}\r\n`);
    let rest = body;
    const framing = pick(['length', 'length', 'chunks', 'chunks', 'end']);
    if (framing === 'length') headers.push(`Content-Length: ${body.length}\r\n`);
    if (framing === 'chunks') {
      headers.push(`Transfer-Encoding: ${some(0.2) ? 'gzip, chunked' : 'chunked'}\r\n`);
      rest = chunks(body);
    }
    headers.sort(() => random() - 0.5);
    const interim = some(0.1) ? pick(INTERIM) : '';
    return `${interim}${pick(STATUS_LINES)}\r\n${headers.join('')}\r\n${rest}`;
  }

  function mutated(text: string): string {
    const at = upTo(text.length);
    switch (upTo(5)) {
      case 0:
      case 1:
        return text.slice(0, at) + pick(JUNK) + text.slice(at);
      case 2:
        return text.slice(0, at) + text.slice(at + 1 + upTo(2));
      case 3:
        return text.slice(0, at) + String.fromCharCode(upTo(255)) + text.slice(at + 1);
      case 4: {
        // Before or after a line, where it counts most.
        const line = text.indexOf('\r\n', at);
        return line < 0 ? text : text.slice(0, line + 2) + pick(JUNK) + text.slice(line + 2);
      }
      default:
        return text.slice(0, at);
    }
  }

  let text = valid();
  if (some(0.5)) for (let times = upTo(2); times >= 0; times--) text = mutated(text);
  const bytes = Buffer.from(text, 'latin1');
  const pieces: Buffer[] = [];
  if (some(0.5)) pieces.push(bytes);
  else {
    for (let from = 0; from < bytes.length; ) {
      const size = 1 + upTo(some(0.3) ? 2 : 30);
      pieces.push(bytes.subarray(from, from + size));
      from += size;
    }
  }
  return { bytes, pieces, ends: some(0.5) };
}
