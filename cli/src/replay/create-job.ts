import { CommandFailure } from '../failures/command-failure.ts';
import { describeFailure } from '../failures/describe-failure.ts';
import { EXIT } from '../failures/exit-codes.ts';

/** The codes of connections that were never made, so nothing was sent over them. */
const NOT_CONNECTED: readonly unknown[] = [
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'UND_ERR_CONNECT_TIMEOUT',
];

/** The node refused the request before it did anything. 503 may also mean a commit without an answer. */
const TOO_MANY_REQUESTS = 429;

/** The SDK would repeat a request that was answered 503, and the job may have been created before that answer. */
const ONCE = { strategy: 'none' } as const;

/**
 * Creates a job. The server recognises no repeat of it: where the answer is lost, the
 * job may exist, and a repeated command would create another one.
 *
 * @throws CommandFailure with 7 and where to look, unless the job certainly does not exist
 */
export async function createJob<Created>(
  create: (once: { readonly retries: typeof ONCE }) => PromiseLike<Created>,
): Promise<Created> {
  try {
    return await create({ retries: ONCE });
  } catch (error) {
    const failure = describeFailure(error);
    if (failure.exitCode !== EXIT.network || isNotCreated(error)) throw error;
    throw new CommandFailure(failure.message, {
      ...failure,
      exitCode: EXIT.partly,
      next: 'Whether the job was created is unknown. Look before you repeat the command: hooktrail jobs list',
    });
  }
}

function isNotCreated(error: unknown): boolean {
  if ((error as { statusCode?: unknown }).statusCode === TOO_MANY_REQUESTS) return true;
  for (let one = error; one instanceof Error; one = one.cause) {
    if ('code' in one && NOT_CONNECTED.includes(one.code)) return true;
  }
  return false;
}
