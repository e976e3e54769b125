import { usageFailure } from '../failures/usage-failure.ts';
import { pick } from '../output/pick.ts';
import { wireRow } from '../output/wire-row.ts';

/** People say body, and the API says payload. */
const OTHER_NAMES: Readonly<Record<string, string>> = {
  'request.body': 'request.payload',
  'response.body': 'response.payload',
};

const PARTS =
  /^(?:(?:request|response)(?:\.(?:headers|payload|body|payload_length|status_code))?|phases(?:\.\w+)?|reason|url|method|trigger|error_message|error_class)$/;

/** Checks `--show` before anything is sent. */
export function partToShow(text: string): string {
  if (PARTS.test(text)) return OTHER_NAMES[text] ?? text;
  throw usageFailure(
    `--show: an attempt has no "${text}"`,
    'Such as response.body, response.headers, request.body, error_message, phases.',
  );
}

/** The part of an attempt that `--show` names. */
export const partOf = (attempt: object, part: string): unknown => pick(wireRow(attempt), part);
