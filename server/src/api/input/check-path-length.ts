import { endpointPath } from '../../deliver/request/endpoint-path.ts';
import { pathRefusal } from '../../deliver/request/path-refusal.ts';
import { parseUrl } from '../../model/parse-url.ts';
import type { Target } from '../../model/webhook.ts';
import type { FieldErrors } from '../errors/field-errors.ts';

/** Rejects an endpoint whose path and query, encoded and with the key, are longer than what is sent. */
export function checkPathLength(
  field: string,
  target: Pick<Target, 'authentication' | 'endpoint'>,
  errors: FieldErrors,
): void {
  if (parseUrl(target.endpoint) === undefined) return;
  const refusal = pathRefusal(endpointPath(target));
  if (refusal !== undefined) errors.add(field, 'too_long', `is too long: its ${refusal}`);
}
