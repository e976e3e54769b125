import { ERRORS, type ErrorCode, type ErrorStatus } from './errors.ts';

/**
 * The HTTP status of an error. Under `/api/v2` a body that is not valid is 400, which Zendesk
 * documents; under `/v1` it is 422, so that a publisher sees it apart from malformed JSON.
 */
export function statusOf(code: ErrorCode, path: string): ErrorStatus {
  return code === 'InvalidBody' && path.startsWith('/api/v2') ? 400 : ERRORS[code];
}
