import { MASK } from './mask.ts';

/** Keeps the scheme of a credential: it is not secret and helps to spot a wrong one. */
export function maskedCredential(value: string): string {
  const scheme = /^(?:Basic|Bearer) /i.exec(value)?.[0] ?? '';
  return scheme + MASK;
}
