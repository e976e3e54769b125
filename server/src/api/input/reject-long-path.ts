import { pathRefusal } from '../../deliver/request/path-refusal.ts';
import { requestPath } from '../../deliver/request/request-path.ts';
import type { Target } from '../../model/webhook.ts';
import { validationError } from '../errors/validation-error.ts';

/**
 * Rejects a payload whose query, with the endpoint's, is longer than what is sent.
 *
 * @throws ApiError `InvalidBody` that names `field`.
 */
export function rejectLongPath(field: string, target: Target, payload: string): void {
  // Without one, the path was judged when the webhook was saved.
  if (payload === '' || (target.httpMethod !== 'GET' && target.httpMethod !== 'DELETE')) return;
  const refusal = pathRefusal(requestPath(target, payload));
  if (refusal === undefined) return;
  throw validationError('InvalidBody', [
    { field, code: 'too_long', message: `${field} is too long for a query: ${refusal}` },
  ]);
}
