import { Compile } from 'typebox/compile';
import { type EventInput, eventSchema } from '../../accept/event-schema.ts';
import { scanJson } from '../../accept/scan-json.ts';
import type { FieldError } from '../errors/api-error.ts';
import { cut } from '../errors/cut.ts';
import type { FieldCode } from '../errors/field-codes.ts';
import { showValue } from '../errors/show-value.ts';
import { validationError } from '../errors/validation-error.ts';
import { parseRawJson } from '../input/parse-raw-json.ts';

type Field = keyof EventInput;

/** 1 MiB can hold 200,000 unknown fields; longer lists do not help the caller. */
const MOST_ERRORS = 20;

const RULES: Readonly<Record<Field, string>> = {
  type: 'an event type such as zen:event-type:ticket.created or order.paid, of at most 255 characters',
  id: 'a string of 1 to 255 visible ASCII characters',
  subject: 'a string of at most 255 characters',
  time: 'a UTC time in ISO 8601 such as 2026-01-31T12:00:00Z',
  detail: 'an object',
  event: 'an object',
  account_id: `a whole number from ${Number.MIN_SAFE_INTEGER} to ${Number.MAX_SAFE_INTEGER}`,
  zendesk_event_version: 'a string of at most 255 characters',
};

const CODES: Readonly<Record<string, FieldCode>> = {
  type: 'wrong_type',
  minLength: 'too_short',
  maxLength: 'too_long',
  minimum: 'out_of_range',
  maximum: 'out_of_range',
};

const explainField = new Map<string, (value: unknown) => FieldCode | undefined>(
  (Object.keys(eventSchema.properties) as Field[]).map((field) => {
    const schema = Compile(eventSchema.properties[field]);
    return [
      field,
      (value) => {
        if (schema.Check(value)) return undefined;
        return CODES[schema.Errors(value)[0]?.keyword ?? ''] ?? 'invalid_format';
      },
    ];
  }),
);

/**
 * Throws the reason why `completeEvent` rejected the text of an event: `MalformedBody` when it is
 * not JSON or nested too deep, otherwise `InvalidBody` with the fields. Validating the whole schema
 * would take 200 ms for 200,000 unknown fields; this stops at 20 errors.
 */
export function explainEvent(text: string): never {
  throw validationError('InvalidBody', fieldErrors(text, parseRawJson(text, 'the event')));
}

function fieldErrors(text: string, input: unknown): FieldError[] {
  if (typeof input !== 'object' || input === null || Array.isArray(input)) {
    const message = `an event must be a JSON object, got ${showValue(input)}`;
    return [{ field: 'body', code: 'wrong_type', message }];
  }
  const errors: FieldError[] = [];
  if (!Object.hasOwn(input, 'type')) {
    errors.push({
      field: 'type',
      code: 'required',
      message: `type is required: it must be ${RULES.type}`,
    });
  }
  for (const [field, value] of Object.entries(input)) {
    if (errors.length === MOST_ERRORS) return errors;
    const explain = explainField.get(field);
    if (explain === undefined) {
      const shown = cut(field);
      const message = `${shown} is not a field of an event`;
      errors.push({ field: shown, code: 'unknown_field', message, path: [field] });
      continue;
    }
    const code = explain(value);
    if (code !== undefined) {
      const message = `${field} must be ${RULES[field as Field]}, got ${showValue(value)}`;
      errors.push({ field, code, message });
    }
  }
  return errors.length > 0 ? errors : repeatedFields(text);
}

function repeatedFields(text: string): FieldError[] {
  const seen = new Set<string>();
  const repeated = new Set<string>();
  scanJson(text, (field) => {
    if (seen.has(field)) repeated.add(field);
    seen.add(field);
  });
  // Only known fields get here, so the names are short and few.
  return [...repeated].map((field) => {
    return { field, code: 'duplicate', message: `${field} is repeated` };
  });
}
