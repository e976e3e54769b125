import { homedir } from 'node:os';
import { join } from 'node:path';

/** Where profiles are kept, by the rules of XDG. */
export function configPath(environment: Readonly<Record<string, string | undefined>>): string {
  const folder = environment['XDG_CONFIG_HOME'] || join(homedir(), '.config');
  return join(folder, 'hooktrail', 'config.json');
}
