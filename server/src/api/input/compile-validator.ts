import type { FastifySchemaCompiler } from 'fastify';
import type { TSchema } from 'typebox';
import { Compile } from 'typebox/compile';
import { malformedBody } from '../errors/malformed-body.ts';
import { schemaErrors } from '../errors/schema-errors.ts';
import { validationError } from '../errors/validation-error.ts';

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
  const isQuery = httpPart === 'querystring';
  return (value: unknown) => {
    if (isQuery) {
      convertQuery(schema as unknown as QuerySchema, value as Record<string, unknown>);
    }
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
