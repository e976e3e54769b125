import type { Access } from '../../archive/check-access.ts';

/** What credentials may read, in answers. */
export function accessView({ invocations, limit, signingSecrets, webhooks }: Access) {
  return {
    webhooks,
    ...(invocations !== undefined && { invocations }),
    ...(signingSecrets !== undefined && { signing_secrets: signingSecrets }),
    ...(limit !== undefined && { rate_limit: limit }),
    explanation: explanationOf({ invocations, signingSecrets }),
  };
}

function explanationOf({
  invocations,
  signingSecrets,
}: Pick<Access, 'invocations' | 'signingSecrets'>): string {
  const said = ['The credentials may list webhooks.'];
  if (invocations === undefined) {
    said.push('There is no webhook to try with whether they may read invocations.');
  } else if (invocations) said.push('They may read invocations.');
  else said.push('They may not read invocations: nothing can be archived with them.');
  if (signingSecrets === true) said.push('They may read signing secrets.');
  if (signingSecrets === false) {
    said.push('They may not read signing secrets: give those of the webhooks to resend with.');
  }
  return said.join(' ');
}
