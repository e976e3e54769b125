import type { Database } from '../database/database.ts';
import type { SecretBox } from '../secrets/secret-box.ts';
import { keepSetting } from '../sql/keep-setting.ts';
import { readSetting } from '../sql/read-setting.ts';

const NAME = 'secret_key_check';
const TEXT = 'hooktrail';

/** The key of the settings is not the one that the stored secrets were encrypted with. */
export class WrongSecretKey extends Error {
  override readonly name = 'WrongSecretKey';

  constructor() {
    super(
      'HOOKTRAIL_SECRET_KEY is not the key that the secrets in this database were encrypted with. ' +
        'Start with the key that was used before.',
    );
  }
}

/**
 * Makes sure of the key before anything is encrypted with it: the first node leaves a known text,
 * the others must be able to read it.
 *
 * @throws WrongSecretKey
 */
export async function checkSecretKey(database: Database, secrets: SecretBox): Promise<void> {
  const value = secrets.seal(TEXT).toString('base64');
  await database.run(keepSetting, { name: NAME, value });
  const [kept] = await database.run(readSetting, NAME);
  try {
    secrets.open(Buffer.from(kept?.value ?? '', 'base64'));
  } catch {
    throw new WrongSecretKey();
  }
}
