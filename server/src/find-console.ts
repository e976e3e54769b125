import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/**
 * The folder of the built console, found through its package. Where the package is not installed, a
 * folder that does not exist: the node runs without it, and says what to do when somebody asks.
 */
export function findConsole(): string {
  try {
    const resolve = createRequire(import.meta.url).resolve;
    return join(dirname(resolve('@hooktrail/console/package.json')), 'dist');
  } catch {
    return '/nonexistent/hooktrail-console';
  }
}
