import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';

/**
 * Where data is kept when nothing says otherwise: `/var/lib/hooktrail` for root, the place that the
 * XDG base directory specification names for anyone else.
 */
export function defaultDataDir(
  env: Readonly<Record<string, string | undefined>>,
  userId: number | undefined = process.getuid?.(),
): string {
  if (userId === 0) return '/var/lib/hooktrail';
  const named = env['XDG_DATA_HOME'];
  // The specification says that a relative path in it is invalid and to be ignored.
  if (named !== undefined && isAbsolute(named)) return join(named, 'hooktrail');
  return join(env['HOME'] || homedir(), '.local', 'share', 'hooktrail');
}
