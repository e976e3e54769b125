import type { WebhookInvocationAttempt } from '@hooktrail/sdk';
import type { ArchivedBody } from '../../sql/store-archived-bodies.ts';
import type { Masker } from '../masking/create-masker.ts';
import { cleanText } from '../remote/clean-text.ts';

/** What is kept of an answer, as of those that we get. */
const MOST_ANSWER = 64 * 1024;

const MOST_HEADERS = 500;
const MOST_NAME = 1_024;
const MOST_VALUE = 16 * 1024;
const MOST_MESSAGE = 1_000;
const MOST_URL = 4_096;

type Header = { readonly key: string; readonly value: string };

/** What is stored of an attempt that a source lists. */
export function readAttemptBody(
  { durationMs, errorMessage, method, request, response, url }: WebhookInvocationAttempt,
  number: number,
  wasSent: boolean,
  masker: Masker,
): ArchivedBody {
  const answer = response?.payload;
  return {
    number,
    sent: wasSent || request !== undefined || response !== undefined,
    durationMs: wholeOf(durationMs),
    errorMessage: textOf(errorMessage, MOST_MESSAGE),
    method: textOf(method, 16),
    url: typeof url === 'string' ? masker.url(cleanText(url, MOST_URL)) : null,
    requestHeaders: request === undefined ? null : headersOf(request.headers, masker),
    responseHeaders: response === undefined ? null : headersOf(response.headers, masker),
    responseBody:
      typeof answer === 'string' ? masker.body(cleanText(answer, MOST_ANSWER)).text : null,
    responseLength:
      response === undefined
        ? null
        : (wholeOf(response.payloadLength) ?? Buffer.byteLength(String(answer ?? ''))),
  };
}

function headersOf(headers: unknown, masker: Masker): string {
  const list = Array.isArray(headers) ? (headers as readonly (Header | null)[]) : [];
  const flat = list.slice(0, MOST_HEADERS).flatMap((header) => [
    cleanText(String(header?.key ?? ''), MOST_NAME),
    // Sealed values begin with a control character, which no header has.
    cleanText(String(header?.value ?? ''), MOST_VALUE).replaceAll('\u0001', '\uFFFD'),
  ]);
  return JSON.stringify(masker.headers(flat));
}

function textOf(value: unknown, most: number): string | null {
  return typeof value === 'string' ? cleanText(value, most) : null;
}

/** An integer of PostgreSQL, or null. */
function wholeOf(value: unknown): number | null {
  return typeof value === 'number' && value >= 0 && value < 2 ** 31 ? Math.round(value) : null;
}
