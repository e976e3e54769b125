import type { FastifySchemaCompiler } from 'fastify';
import type { TSchema } from 'typebox';
import { Compile } from 'typebox/compile';
import { malformedBody } from '../errors/malformed-body.ts';
import { schemaErrors } from '../errors/schema-errors.ts';
import { validationError } from '../errors/validation-error.ts';
import { normaliseAnyCase } from './normalise-any-case.ts';
import { unknownFilters } from './unknown-filters.ts';

interface QuerySchema {
  readonly properties: Readonly<Record<string, { readonly type?: string }>>;
}

/**
 * Converts numbers in the query, where everything arrives as a string. Stricter than the coercion
 * of common validators, which accepts `0x10`, `1e1` and ` 5 ` as integers.
 */
function convertQuery(schema: QuerySchema, query: Record<string, unknown>): void {
  for (const [name, { type }] of Object.entries(schema.properties)) {
    const value = query[name];
    if (type === 'integer' && typeof value === 'string' && /^-?\d{1,15}$/.test(value)) {
      query[name] = Number(value);
    }
  }
}

/** Compiles the schema of one part of a request into a check that reports errors as `ApiError`. */
export const compileValidator: FastifySchemaCompiler<TSchema> = ({ schema, httpPart }) => {
  const validator = Compile(schema);
  if (httpPart === 'querystring') {
    const { properties } = schema as unknown as QuerySchema;
    const known = Object.keys(properties);
    return (value: unknown) => {
      const query = value as Record<string, unknown>;
      convertQuery({ properties }, query);
      const unknown = unknownFilters(query, known);
      const valid = validator.Check(query);
      if (valid && unknown.length === 0) return { value };
      const errors = valid ? [] : schemaErrors(schema, query, validator.Errors(query));
      return { error: validationError('InvalidParameter', [...unknown, ...errors]) };
    };
  }
  const normalise = normaliseAnyCase(schema);
  return (value: unknown) => {
    normalise?.(value);
    if (validator.Check(value)) return { value };
    if (httpPart === 'body' && value === null) {
      return { error: malformedBody('a JSON body is required', 'required') };
    }
    return {
      error: validationError(
        httpPart === 'body' ? 'InvalidBody' : 'InvalidParameter',
        schemaErrors(schema, value, validator.Errors(value)),
      ),
    };
  };
};
