import { constants } from 'node:fs';
import { access, mkdir } from 'node:fs/promises';
import { usageFailure } from '../failures/usage-failure.ts';

/**
 * Makes the folder that files go to, where it is missing.
 *
 * @throws CommandFailure when it cannot be written
 */
export async function prepareFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true });
    await access(folder, constants.W_OK | constants.X_OK);
  } catch (error) {
    throw usageFailure(`--to ${folder} cannot be written: ${(error as Error).message}`);
  }
}
