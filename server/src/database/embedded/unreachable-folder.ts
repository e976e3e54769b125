import { stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { PostgresAccount } from './postgres-account.ts';

/** The outermost folder of `path`, including itself, that an account may not enter. */
export async function unreachableFolder(
  path: string,
  account: PostgresAccount,
): Promise<string | undefined> {
  const parent = dirname(path);
  const above = parent === path ? undefined : await unreachableFolder(parent, account);
  if (above !== undefined) return above;
  const { uid, gid, mode } = await stat(path);
  const bit = uid === account.ids.uid ? 0o100 : gid === account.ids.gid ? 0o010 : 0o001;
  return (mode & bit) === 0 ? path : undefined;
}
