import type { Database } from '../database/database.ts';
import { CannotStart } from '../model/cannot-start.ts';
import type { SecretBox } from '../secrets/secret-box.ts';
import { keepSetting } from '../sql/keep-setting.ts';
import { readSetting } from '../sql/read-setting.ts';

const NAME = 'secret_key_check';
const TEXT = 'hooktrail';

/** The key is not the one that encrypted the stored secrets. */
export class WrongSecretKey extends CannotStart {
  override readonly name = 'WrongSecretKey';

  /** @param source where the key comes from: a setting or a file. */
  constructor(source: string) {
    super(
      `${source} is not the key that encrypted the secrets in this database. Start with the earlier ` +
        'key: the one of the other nodes, or of a backup.',
    );
  }
}

/**
 * Verifies the key before anything is encrypted with it: the first node stores a known text, which
 * every later start must be able to decrypt.
 *
 * @throws WrongSecretKey
 */
export async function checkSecretKey(
  database: Database,
  secrets: SecretBox,
  source = 'HOOKTRAIL_SECRET_KEY',
): Promise<void> {
  const value = secrets.seal(TEXT).toString('base64');
  await database.run(keepSetting, { name: NAME, value });
  const [stored] = await database.run(readSetting, NAME);
  try {
    secrets.open(Buffer.from(stored?.value ?? '', 'base64'));
  } catch {
    throw new WrongSecretKey(source);
  }
}
