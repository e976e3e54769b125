import { cut } from './cut.ts';

/** Formats a rejected value for a message: at most 60 characters, strings in quotes. */
export function showValue(value: unknown): string {
  if (Array.isArray(value)) return 'an array';
  if (typeof value === 'object' && value !== null) return 'an object';
  // Cut before it is quoted, so that the cost does not grow with the value.
  return cut(typeof value === 'string' ? JSON.stringify(value.slice(0, 100)) : String(value));
}
