import type { AlertRoute } from '@hooktrail/sdk/hooktrail';
import { CommandFailure } from '../failures/command-failure.ts';
import { EXIT } from '../failures/exit-codes.ts';
import { nearestName } from '../failures/nearest-name.ts';

/**
 * The route that an argument names, by id or by name. An account has 20 at most.
 *
 * @throws CommandFailure when no route has the name, or several have it
 */
export function findRoute(all: readonly AlertRoute[], text: string): AlertRoute {
  const exact = all.filter(({ id, name }) => id === text.toUpperCase() || name === text);
  const found =
    exact.length > 0 ? exact : all.filter(({ name }) => name.toLowerCase() === text.toLowerCase());
  const [first, ...others] = found;
  if (first !== undefined && others.length === 0) return first;
  if (first !== undefined) {
    throw new CommandFailure(`${found.length} routes have the name "${text}"`, {
      exitCode: EXIT.usage,
      code: 'AmbiguousName',
      next: `Name one by its id: ${found.map(({ id }) => id).join(', ')}`,
    });
  }
  const near = nearestName(
    text,
    all.map(({ name }) => name),
  );
  throw new CommandFailure(
    `no route has the name "${text}"${near === undefined ? '' : `; did you mean "${near}"?`}`,
    {
      exitCode: EXIT.notFound,
      code: 'RecordNotFound',
      next: 'List them: hooktrail alerts routes',
    },
  );
}
