import type { Masker } from '../masking/create-masker.ts';
import { cleanText } from '../remote/clean-text.ts';

/** What was sent, as it is stored. */
export interface ArchivedPayload {
  readonly body: string;
  readonly type: string | null;
  readonly ownId: string | null;
  /** Not all of it is what was sent. */
  readonly masked: boolean;
}

/** Zendesk sends up to 256 KB. */
const MOST_BODY = 1024 * 1024;

const MOST_TEXT = 255;

/**
 * Reads the type and the id of the event out of a payload: events of Zendesk and of Hooktrail have both. A Hooktrail
 * shows the first 64 KiB, and says how many bytes there were.
 */
export function readPayload(
  payload: string,
  sentBytes: number | undefined,
  masker: Masker,
): ArchivedPayload {
  const whole = cleanText(payload, MOST_BODY);
  const { masked, text } = masker.body(whole);
  const event = objectOf(whole);
  return {
    body: text,
    type: shortText(event?.['type']),
    ownId: shortText(event?.['id']),
    masked: masked || whole !== payload || (sentBytes ?? 0) > Buffer.byteLength(payload),
  };
}

function objectOf(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
    return isObject ? (value as Readonly<Record<string, unknown>>) : undefined;
  } catch {
    return undefined;
  }
}

function shortText(value: unknown): string | null {
  if (typeof value !== 'string' || value === '' || value.length > MOST_TEXT) return null;
  return cleanText(value, MOST_TEXT);
}
