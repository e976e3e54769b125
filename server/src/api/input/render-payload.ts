import { MAX_DEPTH, scanJson, TOO_DEEP } from '../../accept/scan-json.ts';
import type { HttpMethod, RequestFormat } from '../../model/webhook.ts';
import { cut } from '../errors/cut.ts';
import type { FieldCode } from '../errors/field-codes.ts';
import { showValue } from '../errors/show-value.ts';
import { validationError } from '../errors/validation-error.ts';
import { parseRawJson } from './parse-raw-json.ts';
import { UNSTORABLE } from './unstorable.ts';

interface Shape {
  readonly httpMethod: HttpMethod;
  readonly requestFormat: RequestFormat;
}

/**
 * Renders the text of `{"payload": ...}` to what the request carries: its body or, for GET and
 * DELETE, its query (spec/contract.md, "The outbound request").
 *
 * - json: any JSON, byte for byte as posted; a string is itself the JSON to send.
 * - xml: a string.
 * - form_encoded, and GET and DELETE in any format: an array of [name, value] pairs.
 *
 * @throws ApiError `MalformedBody` or `InvalidBody` when the payload does not fit the request.
 */
export function renderPayload(text: string, { httpMethod, requestFormat }: Shape): string {
  const payload = readEnvelope(text);
  if (httpMethod === 'GET' || httpMethod === 'DELETE' || requestFormat === 'form_encoded') {
    return renderPairs(payload);
  }
  if (requestFormat === 'json' && typeof payload !== 'string') {
    // The envelope has one member, so its value lies between the first colon and the last brace.
    return text.slice(text.indexOf(':') + 1, text.lastIndexOf('}')).trim();
  }
  if (typeof payload !== 'string') {
    reject('payload', 'wrong_type', 'a string, since the request format is xml', payload);
  }
  if (requestFormat === 'json') checkJson(payload);
  if (UNSTORABLE.test(payload)) {
    reject('payload', 'invalid_characters', 'a string without U+0000 or lone surrogates');
  }
  return payload;
}

function readEnvelope(text: string): unknown {
  const envelope = parseRawJson(text, 'the body');
  if (typeof envelope !== 'object' || envelope === null || Array.isArray(envelope)) {
    reject('body', 'wrong_type', 'an object with a payload', envelope);
  }
  for (const key of Object.keys(envelope)) {
    if (key === 'payload') continue;
    const field = cut(key);
    throw validationError('InvalidBody', [
      { field, code: 'unknown_field', message: `${field} is not a known field` },
    ]);
  }
  if (!('payload' in envelope)) {
    throw validationError('InvalidBody', [
      { field: 'payload', code: 'required', message: 'payload is required' },
    ]);
  }
  if (scanJson(text) > 1) {
    throw validationError('InvalidBody', [
      { field: 'payload', code: 'duplicate', message: 'payload is repeated' },
    ]);
  }
  return envelope.payload;
}

function renderPairs(payload: unknown): string {
  if (!Array.isArray(payload)) {
    reject('payload', 'wrong_type', 'an array of [name, value] pairs', payload);
  }
  const parameters = new URLSearchParams();
  for (const [index, pair] of payload.entries()) {
    const field = `payload[${index}]`;
    if (!isPair(pair)) reject(field, 'wrong_type', 'a pair of strings: [name, value]');
    const [name, value] = pair;
    if (UNSTORABLE.test(name) || UNSTORABLE.test(value)) {
      reject(field, 'invalid_characters', 'a pair of strings without U+0000 or lone surrogates');
    }
    parameters.append(name, value);
  }
  return parameters.toString();
}

function isPair(pair: unknown): pair is [string, string] {
  return Array.isArray(pair) && pair.length === 2 && pair.every((part) => typeof part === 'string');
}

function checkJson(payload: string): void {
  const rule = 'JSON, or a string that contains JSON';
  if (scanJson(payload) === TOO_DEEP) {
    reject('payload', 'invalid_format', `nested at most ${MAX_DEPTH} levels deep`);
  }
  try {
    JSON.parse(payload);
  } catch {
    reject('payload', 'invalid_format', rule, payload);
  }
}

function reject(field: string, code: FieldCode, rule: string, got?: unknown): never {
  const shown = got === undefined ? '' : `, got ${showValue(got)}`;
  throw validationError('InvalidBody', [
    { field, code, message: `${field} must be ${rule}${shown}` },
  ]);
}
