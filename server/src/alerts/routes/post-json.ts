import { classifyError } from '../../http-client/classify-error.ts';
import type { Fetch } from '../../http-client/create-fetch.ts';
import type { HttpTarget } from '../../model/alert-target.ts';
import { MASK } from '../../secrets/mask.ts';
import { oneLine } from './one-line.ts';
import { SendFailure } from './send-failure.ts';

/** As much of an answer as a failure repeats: a chat says in a word what is wrong. */
const MOST_SAID = 200;

/**
 * Posts JSON and resolves to the status of an answer that says that it was taken.
 *
 * @throws SendFailure
 */
export async function postJson(
  fetch: Fetch,
  target: HttpTarget,
  body: unknown,
  signal: AbortSignal,
): Promise<number> {
  const { authentication, url } = target;
  let answer: Response;
  let said: string;
  try {
    answer = await fetch(url, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'user-agent': 'hooktrail-alerts',
        ...authorization(authentication),
      },
      body: JSON.stringify(body),
      signal,
    });
    said = await answer.text();
  } catch (error) {
    throw new SendFailure(whyUnanswered(error, signal), { cause: error });
  }
  const { status } = answer;
  if (answer.ok) return status;
  const shown = oneLine(withoutSecrets(said, target), MOST_SAID);
  const words = `the receiver answered ${status}${shown === '' ? '' : `: ${shown}`}`;
  throw new SendFailure(words, { status });
}

function authorization(authentication: HttpTarget['authentication']): Record<string, string> {
  switch (authentication.type) {
    case 'none':
      return {};
    case 'basic': {
      const { username, password } = authentication;
      const pair = Buffer.from(`${username}:${password}`).toString('base64');
      return { authorization: `Basic ${pair}` };
    }
    case 'bearer':
      return { authorization: `Bearer ${authentication.token}` };
  }
}

/** Why no answer came. */
function whyUnanswered(error: unknown, signal: AbortSignal): string {
  if (signal.aborted) {
    const isLate = (signal.reason as Error | undefined)?.name === 'TimeoutError';
    return isLate ? 'timeout: no answer within the time limit' : 'the node is stopping';
  }
  return classifyError(error).message;
}

/** A receiver may repeat what it was sent: the path of a chat's URL is its password, and a header has that of others. */
function withoutSecrets(text: string, { authentication, url }: HttpTarget): string {
  const { pathname, search } = new URL(url);
  const parts = [`${pathname}${search}`, ...pathname.split('/'), search];
  const secrets = [
    ...parts.filter((part) => part.length >= 8),
    ...Object.values(authorization(authentication)).map((value) => value.replace(/^\w+ /, '')),
    ...(authentication.type === 'basic' ? [authentication.password] : []),
  ];
  return secrets
    .filter((secret) => secret !== '')
    .reduce((shown, secret) => shown.replaceAll(secret, MASK), text);
}
