/** One block of a PEM text. */
export interface PemBlock {
  /** Such as `CERTIFICATE` or `EC PRIVATE KEY`. */
  readonly label: string;
  readonly text: string;
}

const BEGIN = /-----BEGIN ([A-Z0-9 ]{1,64})-----/g;

/**
 * The complete blocks of a PEM text. What is between them, such as the attributes of PKCS#12, is
 * skipped. Each character is read once, whatever the text is.
 */
export function pemBlocks(text: string): PemBlock[] {
  const blocks: PemBlock[] = [];
  let ended = 0;
  for (const { 0: begin, 1: label = '', index } of text.matchAll(BEGIN)) {
    if (index < ended) continue;
    const end = `-----END ${label}-----`;
    const at = text.indexOf(end, index + begin.length);
    if (at < 0) break;
    ended = at + end.length;
    blocks.push({ label, text: text.slice(index, ended) });
  }
  return blocks;
}
