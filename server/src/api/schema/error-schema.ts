import { type Static, type TUnsafe, Type } from 'typebox';
import { ERRORS, type ErrorCode, type ErrorStatus } from '../errors/errors.ts';
import { FIELD_CODES } from '../errors/field-codes.ts';
import { CLOSED } from './closed.ts';
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
          code: Type.String({
            description: `Stable: ${FIELD_CODES.join(', ')}, or \`error.code\` when the error concerns no single field.`,
          }),
          title: Type.String({ description: 'The code in words.' }),
          detail: Type.String({ description: 'The same as `message`.' }),
          message: Type.String({ description: 'For people; may change.' }),
          field: Type.Optional(
            Type.String({
              description: 'The name of a parameter or header, or a path into the body.',
            }),
          ),
          source: Type.Optional(
            Type.Union([
              Type.Object({ parameter: Type.String() }, CLOSED),
              Type.Object(
                { pointer: Type.String({ description: 'A JSON pointer into the body.' }) },
                CLOSED,
              ),
            ]),
          ),
        },
        CLOSED,
      ),
      { minItems: 1, description: 'One entry per rejected field, or one for the whole request.' },
    ),
  },
  { $id: 'Error', ...CLOSED },
);

type ErrorAnswer = TUnsafe<Static<typeof ErrorSchema>>;

/** Every operation can give these. */
const EVERYWHERE = [401, 403, 429, 431, 500, 503] as const;

/** Error answers of an operation under `/v1`: `statuses`, and those of every operation. */
export function errorAnswers(...statuses: ErrorStatus[]): Record<ErrorStatus, ErrorAnswer> {
  return answers(statuses, ERRORS);
}

/**
 * Error answers of an operation under `/api/v2`: `statuses`, and those of every operation. If it
 * takes a body (413), one that is not valid is 400.
 */
export function zendeskErrorAnswers(...statuses: ErrorStatus[]): Record<ErrorStatus, ErrorAnswer> {
  const { InvalidBody, ...others } = ERRORS;
  return answers(statuses, statuses.includes(413) ? { ...others, InvalidBody: 400 } : others);
}

function answers(
  statuses: readonly ErrorStatus[],
  errors: Partial<Record<ErrorCode, ErrorStatus>>,
): Record<ErrorStatus, ErrorAnswer> {
  return Object.fromEntries(
    [...statuses, ...EVERYWHERE].map((status) => {
      const codes = Object.entries(errors).filter(([, value]) => value === status);
      const description = codes.map(([code]) => `\`${code}\``).join(' or ');
      return [status, ref(ErrorSchema, description)];
    }),
  ) as unknown as Record<ErrorStatus, ErrorAnswer>;
}
