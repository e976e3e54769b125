import type { Webhook } from '../../model/webhook.ts';
import { isOtherOrigin } from '../../secrets/is-other-origin.ts';
import type { AuthenticationInput } from '../schema/target-fields.ts';
import type { TrialInput, TrialResult } from './trial-schema.ts';

/** What a test to another origin does not take from the stored webhook. */
export type Withheld = NonNullable<TrialResult['test']['withheld']>[number];

/** The two sides of a test, and what it withholds. */
export interface Withholding {
  readonly input: TrialInput;
  readonly stored: Webhook | undefined;
  readonly withheld: readonly Withheld[];
}

/**
 * Keeps the secrets of a stored webhook from an origin other than its own: whoever may test a webhook
 * could send them anywhere otherwise, without a trace. What the caller sends is sent.
 */
export function withoutSecrets(input: TrialInput, stored: Webhook | undefined): Withholding {
  if (
    stored === undefined ||
    input.endpoint === undefined ||
    !isOtherOrigin(input.endpoint, stored.endpoint)
  ) {
    return { input, stored, withheld: [] };
  }
  const { authentication, ...rest } = input;
  const given = authentication === null || hasSecret(authentication);
  return {
    input: given ? input : rest,
    stored: {
      ...stored,
      authentication: undefined,
      customHeaders: undefined,
      clientCertificate: undefined,
    },
    withheld: [
      ...(stored.authentication !== undefined && !given ? (['authentication'] as const) : []),
      ...(stored.customHeaders !== undefined && input.custom_headers === undefined
        ? (['custom_headers'] as const)
        : []),
      ...(stored.clientCertificate !== undefined ? (['client_certificate'] as const) : []),
      'signing_secret',
    ],
  };
}

/** An authentication as it is read has no secret: it asks for the stored one. */
function hasSecret(input: AuthenticationInput | undefined): boolean {
  const { password, token, value } = input?.data ?? {};
  return (password ?? token ?? value) !== undefined;
}
