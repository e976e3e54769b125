import type { SavedView } from '@hooktrail/sdk/hooktrail';
import { CommandFailure } from '../failures/command-failure.ts';
import { EXIT } from '../failures/exit-codes.ts';
import { nearestName } from '../failures/nearest-name.ts';

/**
 * The saved view that an argument names, by id or by name. An account has 100 at most.
 *
 * @throws CommandFailure when no view has the name, or views of several screens have it
 */
export function findView(all: readonly SavedView[], text: string): SavedView {
  const exact = all.filter(({ id, name }) => id === text.toUpperCase() || name === text);
  const found =
    exact.length > 0 ? exact : all.filter(({ name }) => name.toLowerCase() === text.toLowerCase());
  const [first, ...others] = found;
  if (first !== undefined && others.length === 0) return first;
  if (first !== undefined) {
    throw new CommandFailure(`${found.length} views have the name "${text}"`, {
      exitCode: EXIT.usage,
      code: 'AmbiguousName',
      next: `Name one by its id: ${found.map(({ id, screen }) => `${id} (${screen})`).join(', ')}`,
    });
  }
  const near = nearestName(
    text,
    all.map(({ name }) => name),
  );
  throw new CommandFailure(
    `no view has the name "${text}"${near === undefined ? '' : `; did you mean "${near}"?`}`,
    {
      exitCode: EXIT.notFound,
      code: 'RecordNotFound',
      next: 'List them: hooktrail views list',
    },
  );
}
