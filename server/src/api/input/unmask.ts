import { isDeepStrictEqual } from 'node:util';
import type { Webhook } from '../../model/webhook.ts';
import { MASK } from '../../secrets/mask.ts';
import { maskedWebhook } from '../../secrets/masked-webhook.ts';
import type { FieldErrors } from '../errors/field-errors.ts';

interface Guarded {
  readonly endpoint?: string;
  readonly custom_headers?: Readonly<Record<string, string>> | null;
  readonly external_source?: unknown;
}

const NOTHING = { endpoint: '', customHeaders: undefined, externalSource: undefined };
const MASKED_SOURCE = maskedWebhook({ ...NOTHING, externalSource: {} }).externalSource;

/**
 * Puts the stored values in place of masked ones: clients write back what they read, and a token of
 * role `read` reads masks. A mask for which nothing is stored is an error, since it would be sent.
 */
export function unmask<Input extends Guarded>(
  field: string,
  input: Input,
  stored: Pick<Webhook, 'endpoint' | 'customHeaders' | 'externalSource'> = NOTHING,
  errors: FieldErrors,
): Input {
  const masked = maskedWebhook(stored);
  const result: { -readonly [Key in keyof Guarded]: Guarded[Key] } = { ...input };
  const refuse = (path: string) =>
    errors.add(`${field}.${path}`, 'not_allowed', 'is masked: send the value itself');

  const { endpoint, custom_headers: headers, external_source: source } = input;
  // A token in the path has a mask as well. An endpoint may have been stored with one, and stays writable.
  if (endpoint?.includes(MASK) && endpoint !== stored.endpoint) {
    if (endpoint === masked.endpoint) result.endpoint = stored.endpoint;
    else refuse('endpoint');
  }
  if (headers && Object.values(headers).includes(MASK)) {
    const values = Object.entries(headers).map(([name, value]): [string, string] => {
      if (value !== MASK) return [name, value];
      const kept = stored.customHeaders?.[name];
      if (kept === undefined) refuse(`custom_headers.${name}`);
      return [name, kept ?? value];
    });
    result.custom_headers = Object.fromEntries(values);
  }
  if (isDeepStrictEqual(source, MASKED_SOURCE)) {
    if (stored.externalSource === undefined) refuse('external_source');
    else result.external_source = stored.externalSource;
  }
  return result as Input;
}
