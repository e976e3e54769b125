import { type Static, type TUnsafe, Type } from 'typebox';
import { ERRORS } from '../errors/errors.ts';
import { FIELD_CODES } from '../errors/field-codes.ts';
import { CLOSED } from './closed.ts';
import { oneOf } from './one-of.ts';
import { ref } from './ref.ts';

/** The body of every error answer (spec/contract.md, "Errors"). */
export const ErrorSchema = Type.Object(
  {
    error: Type.Object(
      {
        code: Type.String({ description: 'Stable; see docs/errors.md.' }),
        title: Type.String({ description: 'The reason phrase of the HTTP status.' }),
        message: Type.String({ description: 'For people; may change.' }),
      },
      CLOSED,
    ),
    errors: Type.Array(
      Type.Object(
        {
          field: Type.String({
            description: 'The name of a parameter or header, or a path into the body.',
          }),
          code: oneOf(FIELD_CODES),
          message: Type.String(),
        },
        CLOSED,
      ),
      { description: 'One entry per rejected field; empty when the error concerns no field.' },
    ),
  },
  { $id: 'Error', ...CLOSED },
);

type ErrorAnswer = TUnsafe<Static<typeof ErrorSchema>>;
type ErrorStatus = (typeof ERRORS)[keyof typeof ERRORS];

/**
 * Error answers of an operation: `statuses`, and those of every operation (401, 403, 429, 500,
 * 503).
 */
export function errorAnswers(...statuses: ErrorStatus[]): Record<ErrorStatus, ErrorAnswer> {
  const all = [...statuses, 401, 403, 429, 500, 503] as const;
  return Object.fromEntries(
    all.map((status) => {
      const codes = Object.entries(ERRORS).filter(([, value]) => value === status);
      const description = codes.map(([code]) => `\`${code}\``).join(' or ');
      return [status, ref(ErrorSchema, description)];
    }),
  ) as unknown as Record<ErrorStatus, ErrorAnswer>;
}
