import type { TSchema } from 'typebox';
import type { TLocalizedValidationError } from 'typebox/error';
import { isQuotable } from '../../secrets/is-quotable.ts';
import type { FieldError } from './api-error.ts';
import { cut } from './cut.ts';
import { describeConstraint } from './describe-constraint.ts';
import type { FieldCode } from './field-codes.ts';
import { showValue } from './show-value.ts';

const CODES: Readonly<Record<string, FieldCode>> = {
  type: 'wrong_type',
  enum: 'not_allowed',
  const: 'not_allowed',
  minimum: 'out_of_range',
  maximum: 'out_of_range',
  exclusiveMinimum: 'out_of_range',
  multipleOf: 'not_allowed',
  minLength: 'too_short',
  maxLength: 'too_long',
  minItems: 'too_short',
  maxItems: 'too_many',
  uniqueItems: 'duplicate',
  maxProperties: 'too_many',
  pattern: 'invalid_format',
  format: 'invalid_format',
};

function pointer(path: string): string[] {
  return path
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));
}

function at(root: unknown, path: readonly string[]): unknown {
  let value = root;
  for (const key of path) value = (value as Record<string, unknown> | undefined)?.[key];
  return value;
}

/** Formats a path as messages show it: `webhook.subscriptions[2]`. Keys may be of any length. */
function fieldName(root: unknown, path: readonly string[]): string {
  let name = '';
  let value = root;
  for (const key of path) {
    const shown = cut(key);
    name += Array.isArray(value) ? `[${key}]` : name === '' ? shown : `.${shown}`;
    value = (value as Record<string, unknown> | undefined)?.[key];
  }
  return name === '' ? 'body' : name;
}

/**
 * Translates a validator's errors into field errors. Each message names the field, the rule and the
 * value, except values that may be secret. TypeBox reports at most 8 errors.
 */
export function schemaErrors(
  schema: TSchema,
  value: unknown,
  errors: readonly TLocalizedValidationError[],
): FieldError[] {
  const found: FieldError[] = [];
  for (const error of errors) {
    const path = pointer(error.instancePath);
    const field = fieldName(value, path);
    if (error.keyword === 'required') {
      for (const name of error.params.requiredProperties) {
        const missing = [...path, name];
        const named = fieldName(value, missing);
        const message = `${named} is required`;
        found.push({ field: named, code: 'required', message, path: missing });
      }
    } else if (error.keyword === 'boolean') {
      const message = `${field} is not a known field`;
      found.push({ field, code: 'unknown_field', message, path });
    } else {
      const code = CODES[error.keyword];
      // Skips `additionalProperties`, which repeats the `boolean` error of each key, and further
      // errors of a field: the message of the first states the whole rule.
      if (code === undefined || found.some((other) => other.field === field)) continue;
      const rule = at(schema, pointer(error.schemaPath.replace(/^#/, ''))) as TSchema & {
        writeOnly?: boolean;
      };
      const got = rule.writeOnly || !isQuotable(path) ? '' : `, got ${showValue(at(value, path))}`;
      const message = `${field} must be ${describeConstraint(rule)}${got}`;
      found.push({ field, code, message, path });
    }
  }
  return found;
}
