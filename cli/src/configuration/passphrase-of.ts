import { usageFailure } from '../failures/usage-failure.ts';
import { ask } from '../session/ask.ts';
import type { Context } from '../session/context.ts';

/** Shorter ones are guessed. */
const LEAST = 12;

/**
 * The passphrase of the environment, or of whoever sits at the terminal. A new one is asked for twice: with
 * a typing error nobody opens the file again.
 */
export async function passphraseOf({ terminal, signal }: Context, isNew: boolean): Promise<string> {
  const given = terminal.environment['HOOKTRAIL_PASSPHRASE'];
  if (!given && !terminal.canAsk) {
    throw usageFailure('secrets need a passphrase: set HOOKTRAIL_PASSPHRASE');
  }
  const passphrase = given || (await ask('Passphrase: ', signal, true));
  if (passphrase.length < LEAST) {
    throw usageFailure(`the passphrase must have at least ${LEAST} characters`);
  }
  if (isNew && !given && (await ask('Again: ', signal, true)) !== passphrase) {
    throw usageFailure('the two passphrases differ');
  }
  return passphrase;
}
