import type { AlertMessage } from './alert-message.ts';

/**
 * The event type of a message to a webhook. Where the meaning is that of an operational webhook of Svix, it has
 * Svix's name, so that what handles those handles ours.
 */
export function operationalType({ kind, transition }: AlertMessage): string {
  return SVIX[`${kind}.${transition}`] ?? `alert.${transition}`;
}

const SVIX: Readonly<Record<string, string>> = {
  'deactivated.opened': 'endpoint.disabled',
  'failing.opened': 'message.attempt.failing',
  'failing.resolved': 'message.attempt.recovered',
  'failures.opened': 'message.attempt.exhausted',
};
