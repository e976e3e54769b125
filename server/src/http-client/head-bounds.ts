const CR = 13;
const LF = 10;

/** The position after the empty lines that may precede a head. */
export function startOfHead(bytes: Buffer, from = 0): number {
  let at = from;
  while (bytes[at] === CR || bytes[at] === LF) at++;
  return at;
}

/** The position after the empty line, bare LF accepted; -1 if it has not arrived. */
export function endOfHead(bytes: Buffer, from: number): number {
  const strict = bytes.indexOf('\n\r\n', from, 'latin1');
  const lenient = (strict < 0 ? bytes : bytes.subarray(0, strict)).indexOf('\n\n', from, 'latin1');
  if (lenient >= 0) return lenient + 2;
  return strict < 0 ? -1 : strict + 3;
}
