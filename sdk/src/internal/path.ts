import { ConfigurationError } from '../errors/configuration-error.ts';

const encodeSegment = (segment: string | null | undefined): string => {
  // An empty id, or one made of dots, would turn the URL into that of another operation.
  if (segment == null || /^\.{0,2}$/.test(segment)) {
    throw new ConfigurationError(
      `An id must not be empty, "." or "..", but one is ${JSON.stringify(segment)}`,
    );
  }
  return `/${encodeURIComponent(segment)}`;
};

/** The path to send: a text unchanged, or encoded segments. */
export const toPath = (path: string | readonly string[]): string => {
  if (typeof path !== 'string') return path.map(encodeSegment).join('');
  // Always with its slash: `@other.example` would change the host.
  return path.startsWith('/') ? path : `/${path}`;
};
