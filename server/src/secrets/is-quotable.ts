import { WEBHOOK_SECRECY } from './webhook-secrecy.ts';

const snakeCase = (name: string): string =>
  name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

/** The fields of a body that are guarded or secret, as bodies spell them. */
const CLOSED_FIELDS = new Set(
  Object.entries(WEBHOOK_SECRECY).flatMap(([field, secrecy]) =>
    secrecy === 'open' ? [] : [snakeCase(field)],
  ),
);

/** What an authentication shows when it is read (spec/contract.md, "Webhook"). */
const OPEN_INSIDE = [
  'authentication.type',
  'authentication.add_position',
  'data.username',
  'data.name',
];

/**
 * Whether a message may quote the value at this path of a body. Clients write messages to their logs.
 *
 * @param path the keys from the root of the body to the value
 */
export function isQuotable(path: readonly string[]): boolean {
  if (OPEN_INSIDE.includes(path.slice(-2).join('.'))) return true;
  return !path.some((key) => CLOSED_FIELDS.has(key));
}
