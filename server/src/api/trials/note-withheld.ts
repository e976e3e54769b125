import type { TrialResult } from './trial-schema.ts';
import type { Withheld } from './without-secrets.ts';

const WORDS: Readonly<Record<Withheld, string>> = {
  authentication: 'the stored credentials',
  custom_headers: 'the stored custom headers',
  client_certificate: 'the client certificate',
  signing_secret: 'the signing secret (signed with the fixed test secret instead)',
};

/** Says in the result of a test what it did not send to another origin than the stored one. */
export function noteWithheld(result: TrialResult, withheld: readonly Withheld[]): TrialResult {
  if (withheld.length === 0) return result;
  const without = withheld.map((one) => WORDS[one]).join(', ');
  const message = `${result.test.message}; sent to another origin than the stored one, without ${without}`;
  return { ...result, test: { ...result.test, message, withheld: [...withheld] } };
}
