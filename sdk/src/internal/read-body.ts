import type { Kind } from '../codec/kind.ts';
import { toRow } from './to-row.ts';

/** Reads a body that is the object itself. The reader throws a `TypeError` when it is not one. */
export const readBody =
  <T>(kind: Kind<T>) =>
  (body: unknown): T =>
    kind.decode(toRow(body, 'the body'));
