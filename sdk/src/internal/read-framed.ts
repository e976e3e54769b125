import type { Kind } from '../codec/kind.ts';
import { snake } from '../codec/snake.ts';
import { toRow } from './to-row.ts';

/** The fields without which a body is no answer of the operation, by their names in the model. */
type Frame<T> = { readonly [Name in keyof T]?: 'list' | 'object' | 'value' };

/**
 * Reads a body that is the object itself, as `readBody` does. The reader throws a `TypeError` when a field of the
 * frame is not there, too. Zendesk's operations do without it, and without its bytes.
 */
export const readFramed =
  <T>(kind: Kind<T>, frame: Frame<T>) =>
  (body: unknown): T => {
    const row = toRow(body, 'the body');
    for (const name in frame) {
      const wireName = snake(name);
      const [form, value] = [frame[name], row[wireName]];
      if (form === 'object') toRow(value, `"${wireName}"`);
      else if (form === 'list' ? !Array.isArray(value) : value === undefined) {
        throw new TypeError(`"${wireName}" is ${form === 'list' ? 'not a list' : 'missing'}`);
      }
    }
    return kind.decode(row);
  };
