import type { AlertTarget } from '../../model/alert-target.ts';
import type { SecretBox } from '../../secrets/secret-box.ts';

/** The target of a stored route. */
export function openTarget(secrets: SecretBox, sealed: Uint8Array): AlertTarget {
  return JSON.parse(secrets.open(sealed)) as AlertTarget;
}
