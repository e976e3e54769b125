import type { Source } from '@hooktrail/sdk/hooktrail';
import { CommandFailure } from '../failures/command-failure.ts';
import { EXIT } from '../failures/exit-codes.ts';
import { nearestName } from '../failures/nearest-name.ts';

/**
 * The source that an argument names, by id or by name. An account has 20 at most, and no two have one name.
 *
 * @throws CommandFailure when there is none
 */
export function findSource(all: readonly Source[], text: string): Source {
  const found =
    all.find(({ id, name }) => id === text.toUpperCase() || name === text) ??
    all.find(({ name }) => name.toLowerCase() === text.toLowerCase());
  if (found !== undefined) return found;
  const near = nearestName(
    text,
    all.map(({ name }) => name),
  );
  throw new CommandFailure(
    `no source has the name "${text}"${near === undefined ? '' : `; did you mean "${near}"?`}`,
    {
      exitCode: EXIT.notFound,
      code: 'RecordNotFound',
      next: 'List them: hooktrail archive list',
    },
  );
}
