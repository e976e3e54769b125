import type { InboxValues } from '../../directory/inbox-store.ts';
import type { Inbox } from '../../model/inbox.ts';
import { ed25519PublicKey } from '../../secrets/ed25519-public-key.ts';
import { isSecretName } from '../../secrets/is-secret-name.ts';
import { FieldErrors } from '../errors/field-errors.ts';
import { showValue } from '../errors/show-value.ts';
import { checkName } from '../input/check-name.ts';
import { checkText } from '../input/check-text.ts';

/** A token of RFC 9110 §5.6.2. */
const HEADER = /^[!#$%&'*+.^_`|~\dA-Za-z-]{1,255}$/;

/** What the libraries of Standard Webhooks and Svix take. */
const STANDARD_SECRET = /^(?:whsec_)?((?:[\w+/-]{4})+(?:[\w+/-]{2}(?:==)?|[\w+/-]{3}=?)?)$/;

/** A shorter key could be guessed from one signature. */
const MIN_KEY_BYTES = 16;

/**
 * Checks an inbox as it would be stored, beside the other inboxes of the account.
 *
 * @throws ApiError `InvalidBody` with every error. No message quotes a secret.
 */
export function checkInbox(values: InboxValues, others: readonly Inbox[]): void {
  const { idHeader, name, scheme, secrets, typeHeader } = values;
  const errors = new FieldErrors();
  checkText('inbox.name', name, errors);
  checkName('inbox.name', name, errors);
  if (others.some((other) => other.name === name)) {
    const rule = `must not be that of another inbox, got ${showValue(name)}`;
    errors.add('inbox.name', 'duplicate', rule);
  }
  if (scheme === 'none') {
    if (secrets.length > 0) {
      errors.add('inbox.secrets', 'not_allowed', 'must be empty with the scheme none');
    }
  } else if (secrets.length === 0) {
    errors.add('inbox.secrets', 'required', `is required with the scheme ${scheme}`);
  }
  for (const [index, secret] of secrets.entries()) {
    const field = `inbox.secrets[${index}]`;
    const path = ['inbox', 'secrets', String(index)];
    if (secrets.indexOf(secret) !== index) {
      errors.add(field, 'duplicate', `must not be the same as another`, path);
    }
    const isPublic = ed25519PublicKey(secret) !== undefined;
    const isStandard = scheme === 'standard_webhooks' || scheme === 'svix';
    if (isStandard && !isPublic && keyBytes(secret) < MIN_KEY_BYTES) {
      const rule = `must be whsec_ and at least ${MIN_KEY_BYTES} bytes in base64, or whpk_ and a public key, as its sender shows it`;
      errors.add(field, 'invalid_format', rule, path);
    } else if (scheme === 'zendesk' && isPublic) {
      // Whoever knows it could sign with it.
      const rule = 'must be a secret, and not a public key: Zendesk signs with no key pair';
      errors.add(field, 'invalid_format', rule, path);
    }
  }
  checkHeader('inbox.type_header', typeHeader, errors);
  checkHeader('inbox.id_header', idHeader, errors);
  if (idHeader !== undefined && scheme !== 'none') {
    const rule = `is only for the scheme none: ${scheme} has a header of its own for the id`;
    errors.add('inbox.id_header', 'not_allowed', rule);
  }
  errors.throwIfAny();
}

/** The length of the key; 0 of what is not base64. */
function keyBytes(secret: string): number {
  return Buffer.from(STANDARD_SECRET.exec(secret)?.[1] ?? '', 'base64').length;
}

function checkHeader(field: string, name: string | undefined, errors: FieldErrors): void {
  if (name === undefined) return;
  if (!HEADER.test(name)) {
    const rule = `must be a header name: 1 to 255 letters, digits, hyphens and other token characters, got ${showValue(name)}`;
    errors.add(field, 'invalid_characters', rule);
  } else if (isSecretName(name)) {
    // Its values are stored.
    const rule = `must not be ${name}: headers of that name carry credentials`;
    errors.add(field, 'reserved', rule);
  }
}
