import { Compile } from 'typebox/compile';
import type { ErrorCode } from '../../api/errors/errors.ts';
import { statusOf } from '../../api/errors/status-of.ts';
import { ErrorSchema } from '../../api/schema/error-schema.ts';
import type { RawAnswer } from './raw-connection.ts';

const isError = Compile(ErrorSchema);

/**
 * Texts that reveal internals. Successes are not searched: they repeat stored values, which may be
 * anything.
 */
const INTERNALS =
  /node_modules|\.[cm]?[jt]s:\d|\/server\/(?:src|dist)|\bat \w[\w.]* \(|SQLSTATE|\bpg_[a-z]{3}|[Pp]ostgres|violates|syntax error|relation "|TypeError|RangeError|ReferenceError|SyntaxError|Cannot (?:read|set)|is not a function|ECONN|FST_ERR|\[object |socket:5432/;

/** Why the service of a source could not be reached: that is the caller's, and so is its ECONNREFUSED. */
const OF_A_SERVICE = /must let us list webhooks: GET https?:[^"]* failed: [^"]*/g;

/**
 * Returns what is wrong with an answer, whatever the request was; undefined when nothing is.
 *
 * @param texts The media types other than JSON that the API describes.
 */
export function checkAnswer(
  { status, head, body }: RawAnswer,
  secrets: readonly string[],
  texts: ReadonlySet<string>,
  withoutBody: boolean,
): string | undefined {
  if (!(status >= 200 && status < 500)) return `the status is ${status}`;
  if (!/^x-request-id: \S+/im.test(head)) return 'x-request-id is missing';
  if (/^x-injected:/im.test(head)) return 'a header was injected';
  const said = `${head}\n${body}`;
  const internal =
    status < 400 ? undefined : INTERNALS.exec(said.replaceAll(OF_A_SERVICE, ''))?.[0];
  const leak = internal ?? secrets.find((secret) => said.includes(secret));
  if (leak !== undefined) return `it contains ${leak}`;
  if (withoutBody || status === 204) return body === '' ? undefined : 'it has a body';
  const type = /^content-type: ([^;\r\n]+)/im.exec(head)?.[1] ?? '';
  if (status === 200 && texts.has(type)) return undefined;
  if (!/^content-type: application\/json; charset=utf-8/im.test(head)) return 'it is not JSON';
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch {
    return 'it is not valid JSON';
  }
  if (status < 400) return undefined;
  if (!isError.Check(value)) return 'it does not have the form of an error';
  const { code } = (value as { error: { code: ErrorCode } }).error;
  const right = [statusOf(code, '/v1'), statusOf(code, '/api/v2')] as number[];
  if (!right.includes(status)) return `the code ${code} does not belong to ${status}`;
  const quiet = status === 401 || status === 405 || status === 429;
  if (quiet && !/^(?:www-authenticate|allow|retry-after): /im.test(head)) {
    return `${status} without its header`;
  }
  return undefined;
}
