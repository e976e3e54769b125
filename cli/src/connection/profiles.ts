import { chmod, mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { CommandFailure } from '../failures/command-failure.ts';
import { EXIT } from '../failures/exit-codes.ts';

/** A server and the token for it. */
export interface Profile {
  readonly url: string;
  readonly token: string;
}

/** The file of profiles. */
export interface Profiles {
  /** The profile that is used when none is named. */
  readonly current: string;
  readonly profiles: Readonly<Record<string, Profile>>;
}

const NONE: Profiles = { current: 'default', profiles: {} };

/** Reads the profiles; none where there is no file. */
export async function readProfiles(path: string): Promise<Profiles> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return NONE;
    throw error;
  }
  const found = parsed(text);
  if (!isProfiles(found)) {
    throw new CommandFailure(`${path} is not a file of profiles`, {
      exitCode: EXIT.usage,
      code: 'InvalidProfiles',
      next: 'Remove it, or mend it, and log in again: hooktrail login',
    });
  }
  return found;
}

/** Writes the profiles. The file has tokens: nobody else may read it, not for a moment. */
export async function writeProfiles(path: string, profiles: Profiles): Promise<void> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const draft = `${path}.${process.pid}`;
  await writeFile(draft, `${JSON.stringify(profiles, undefined, 2)}\n`, { mode: 0o600 });
  // The mode of `writeFile` counts for a new file only.
  await chmod(draft, 0o600);
  await rename(draft, path);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isProfiles(value: unknown): value is Profiles {
  if (typeof value !== 'object' || value === null) return false;
  const { current, profiles } = value as Partial<Profiles>;
  if (typeof current !== 'string' || typeof profiles !== 'object' || profiles === null)
    return false;
  return Object.values(profiles).every(
    (profile) => typeof profile?.url === 'string' && typeof profile.token === 'string',
  );
}
