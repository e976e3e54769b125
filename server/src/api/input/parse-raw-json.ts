import { MAX_DEPTH, scanJson, TOO_DEEP } from '../../accept/scan-json.ts';
import { malformedBody } from '../errors/malformed-body.ts';

/**
 * Parses JSON that is passed on as text: any key is allowed, since no object of ours is made of it.
 *
 * @throws ApiError `MalformedBody`, whose message says what is wrong but quotes nothing.
 */
export function parseRawJson(text: string): unknown {
  if (scanJson(text) === TOO_DEEP) {
    throw malformedBody(`the JSON must not be nested deeper than ${MAX_DEPTH} levels`, 'too_deep');
  }
  try {
    return JSON.parse(text);
  } catch (error) {
    // V8 quotes the text in its message; only the position is certain to hold no secret.
    const position = / at position \d+/.exec((error as Error).message)?.[0] ?? '';
    throw malformedBody(`this is not valid JSON${position}`);
  }
}
