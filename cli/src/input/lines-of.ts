import { usageFailure } from '../failures/usage-failure.ts';
import { openInput } from './open-input.ts';

/** The longest event that the API accepts; a file without line breaks must not fill the memory. */
const LONGEST = 1024 * 1024;

const LINE_FEED = 10;
const RETURN = 13;

/**
 * The lines of a file, or of standard input for `-`, without their ends. They are bytes, because a decoder
 * would replace what is no UTF-8. Node's own `readline` does not report a file that cannot be read.
 */
export async function* linesOf(path: string): AsyncGenerator<Buffer, void, undefined> {
  let rest: Buffer[] = [];
  let length = 0;
  for await (const chunk of openInput(path) as AsyncIterable<Buffer>) {
    let from = 0;
    for (let end = chunk.indexOf(LINE_FEED); end >= 0; end = chunk.indexOf(LINE_FEED, from)) {
      yield withoutReturn(Buffer.concat([...rest, chunk.subarray(from, end)]));
      rest = [];
      length = 0;
      from = end + 1;
    }
    rest.push(chunk.subarray(from));
    length += chunk.length - from;
    if (length > LONGEST) throw usageFailure(`a line is longer than ${LONGEST} bytes`);
  }
  if (length > 0) yield Buffer.concat(rest);
}

const withoutReturn = (line: Buffer): Buffer =>
  line.at(-1) === RETURN ? line.subarray(0, -1) : line;
