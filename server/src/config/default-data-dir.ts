import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';

/**
 * Returns the default data folder: `/var/lib/hooktrail` for root, the one of the XDG base directory
 * specification for everyone else.
 */
export function defaultDataDir(
  env: Readonly<Record<string, string | undefined>>,
  userId: number | undefined = process.getuid?.(),
): string {
  if (userId === 0) return '/var/lib/hooktrail';
  const dataHome = env['XDG_DATA_HOME'];
  // The specification says to ignore a relative path.
  if (dataHome !== undefined && isAbsolute(dataHome)) return join(dataHome, 'hooktrail');
  return join(env['HOME'] || homedir(), '.local', 'share', 'hooktrail');
}
