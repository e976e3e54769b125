import type { FieldErrors } from '../errors/field-errors.ts';
import type { JobInput } from './job-schema.ts';

/** Refuses the fields of another kind of jobs. */
export function refuseFields(
  body: JobInput,
  fields: readonly (keyof JobInput)[],
  of: string,
  errors: FieldErrors,
): void {
  for (const field of fields) {
    if (body[field] === undefined) continue;
    errors.add(field, 'not_allowed', `is of ${of} only: leave it out, or change kind`);
  }
}
