import { ApiError } from './api-error.ts';
import { cut } from './cut.ts';

/**
 * The error for a record that does not exist or belongs to another account. The answer is the same,
 * so it does not reveal which ids exist. `field` names the parameter that has the id.
 */
export function notFound(
  resource:
    | 'account'
    | 'alert'
    | 'alert mute'
    | 'alert route'
    | 'alert rule'
    | 'attempt'
    | 'event'
    | 'inbox'
    | 'invocation'
    | 'job'
    | 'source'
    | 'token'
    | 'view'
    | 'webhook',
  id: string | number,
  field: string | undefined = resource === 'invocation' ? 'invocation_id' : undefined,
): ApiError {
  const of =
    resource === 'invocation'
      ? ' of this webhook'
      : resource === 'attempt'
        ? ' of this invocation'
        : '';
  return new ApiError('RecordNotFound', `there is no ${resource} ${cut(String(id))}${of}`, {
    ...(field !== undefined && { field }),
  });
}
