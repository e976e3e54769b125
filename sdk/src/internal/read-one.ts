import type { Kind } from '../codec/kind.ts';
import { toRow } from './to-row.ts';

/** Reads a body that holds one object under `name`. The reader throws a `TypeError` without it. */
export const readOne =
  <T>(name: string, kind: Kind<T>) =>
  (body: unknown): T =>
    kind.decode(toRow(toRow(body, 'the body')[name], `"${name}"`));
