import { APIError, ConnectionError, TimeoutError } from '@hooktrail/sdk';

interface Said {
  readonly message?: unknown;
}

/** What the node said in the body of a refusal: its errors, or the message of the one. */
function saidIn(body: string): string {
  try {
    const { errors, error, description } = JSON.parse(body) as {
      errors?: readonly Said[];
      error?: Said | string;
      description?: string;
    };
    const texts = (errors ?? []).map(({ message }) => message).filter((text) => text !== undefined);
    if (texts.length > 0) return texts.slice(0, 5).join(' ');
    if (typeof error === 'object') return String(error.message ?? '');
    return description ?? error ?? '';
  } catch {
    return '';
  }
}

/** Why a request failed, in the words of the node where it said any. */
export function explainError(error: unknown): string {
  if (error instanceof APIError) {
    return saidIn(error.body) || `The node answered ${error.statusCode}.`;
  }
  if (error instanceof TimeoutError) return 'The node did not answer in time.';
  if (error instanceof ConnectionError) return 'The node cannot be reached.';
  return error instanceof Error ? error.message : String(error);
}
