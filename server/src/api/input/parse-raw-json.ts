import { MAX_DEPTH, scanJson, TOO_DEEP } from '../../accept/scan-json.ts';
import { malformedBody } from '../errors/malformed-body.ts';

/**
 * Parses JSON that is passed on as text. Any key is allowed, since no object of ours is built from
 * it. `subject` names the text in messages.
 *
 * @throws ApiError `MalformedBody` when it is not JSON or nested too deep. The message never quotes
 * it.
 */
export function parseRawJson(text: string, subject: string): unknown {
  if (scanJson(text) === TOO_DEEP) {
    throw malformedBody(
      `${subject} must not be nested deeper than ${MAX_DEPTH} levels`,
      'too_deep',
    );
  }
  try {
    return JSON.parse(text);
  } catch (error) {
    // V8 quotes the text in its message; only the position is certain to hold no secret.
    const position = / at position \d+/.exec((error as Error).message)?.[0] ?? '';
    throw malformedBody(`${subject} is not valid JSON${position}`);
  }
}
