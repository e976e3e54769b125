import { type Static, type TUnsafe, Type } from 'typebox';
import { ERRORS } from '../errors/errors.ts';
import { FIELD_CODES } from '../errors/field-codes.ts';
import { CLOSED } from './closed.ts';
import { oneOf } from './one-of.ts';
import { ref } from './ref.ts';

/** The body of every answer that is not a success (contract §4). */
export const ErrorSchema = Type.Object(
  {
    error: Type.Object(
      {
        code: Type.String({ description: 'Stable; see docs/errors.md.' }),
        title: Type.String({ description: 'The name of the HTTP status.' }),
        message: Type.String({ description: 'For people; may change.' }),
      },
      CLOSED,
    ),
    errors: Type.Array(
      Type.Object(
        {
          field: Type.String({ description: 'A parameter, or a path into the body.' }),
          code: oneOf(FIELD_CODES),
          message: Type.String(),
        },
        CLOSED,
      ),
      { description: 'One entry per refused field; empty when no field is to blame.' },
    ),
  },
  { $id: 'Error', ...CLOSED },
);

type ErrorAnswer = TUnsafe<Static<typeof ErrorSchema>>;
type ErrorStatus = (typeof ERRORS)[keyof typeof ERRORS];

/** The errors that an operation can answer, besides those that every one can (401, 403, 429, 500, 503). */
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
