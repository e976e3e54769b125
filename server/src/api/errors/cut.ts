/** Longer values do not help the caller to recognise what it sent. */
const MAX_QUOTED = 60;

/** Cuts text of a request that an answer repeats: a value, a name or a path. */
export function cut(text: string, length = MAX_QUOTED): string {
  return text.length > length ? `${text.slice(0, length)}...` : text;
}
