import { hash } from 'node:crypto';

const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const ULID = /^[0-7][0-9A-HJKMNP-TV-Z]{25}$/;

/** ULIDs that are the same for the same seed; the time in each is the creation. */
export function createRemoteIds(seed: number, stream: string): (atMs: number) => string {
  let drawn = 0;
  return (atMs) => {
    let time = '';
    for (let rest = atMs; time.length < 10; rest = Math.floor(rest / 32)) {
      time = ALPHABET.charAt(rest % 32) + time;
    }
    const bytes = hash('sha256', `${seed} ${stream} ${drawn++}`, 'buffer').subarray(0, 16);
    return time + Array.from(bytes, (byte) => ALPHABET.charAt(byte % 32)).join('');
  };
}

/** The creation in an id; undefined where it is no ULID. */
export function remoteIdTimeMs(id: string): number | undefined {
  if (!ULID.test(id)) return undefined;
  let ms = 0;
  for (const character of id.slice(0, 10)) ms = ms * 32 + ALPHABET.indexOf(character);
  return ms;
}
