import type { SecretBox } from './secret-box.ts';

/**
 * Marks a sealed value in a list of headers. No header that is sent contains this character, so no
 * value can pass for a sealed one.
 */
const SEALED = '\u0001';

/** Seals values of custom headers for the trail. See `docs/decisions/custom-headers-in-the-trail.md`. */
export interface HeaderBox {
  seal(value: string): string;
  /** Undefined when the text is not sealed, or not with this key. */
  open(text: string): string | undefined;
  isSealed(text: string): boolean;
}

/** Makes a box for header values from the one for secrets. */
export function createHeaderBox(secrets: SecretBox): HeaderBox {
  const isSealed = (text: string): boolean => text.startsWith(SEALED);
  return {
    seal: (value) => SEALED + secrets.seal(value).toString('base64'),
    open(text) {
      if (!isSealed(text)) return undefined;
      try {
        return secrets.open(Buffer.from(text.slice(SEALED.length), 'base64'));
      } catch {
        return undefined;
      }
    },
    isSealed,
  };
}
