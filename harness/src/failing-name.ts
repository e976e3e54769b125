import { fileURLToPath } from 'node:url';

const PRELOAD = fileURLToPath(new URL('../preload/failing-names.mjs', import.meta.url));

/**
 * The environment in which a Node process resolves `name` to 127.0.0.1, or fails to.
 *
 * @param stateFile - Empty while the name resolves; otherwise it holds the error code, such as
 * `ENOTFOUND`.
 */
export function failingName(name: string, stateFile: string): Record<string, string> {
  return {
    NODE_OPTIONS: `--import=${PRELOAD}`,
    TEST_NAME: name,
    TEST_NAME_STATE: stateFile,
  };
}
