/**
 * Whether a text is of a pattern in which `*` stands for any characters. A regular expression with as
 * many stars would take exponential time; this goes back to the latest star only, so it takes the
 * product of the two lengths at most.
 */
export function isLike(pattern: string, text: string): boolean {
  let at = 0;
  let from = 0;
  let star = -1;
  let resumed = 0;
  while (from < text.length) {
    if (pattern[at] === '*') {
      star = at++;
      resumed = from;
    } else if (at < pattern.length && pattern[at] === text[from]) {
      at++;
      from++;
    } else if (star >= 0) {
      at = star + 1;
      from = ++resumed;
    } else {
      return false;
    }
  }
  while (pattern[at] === '*') at++;
  return at === pattern.length;
}
