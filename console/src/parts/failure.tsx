import { explainError } from '../data/explain-error.ts';
import { Notice } from './notice.tsx';

/** What failed, why, and a button to try again. */
export function Failure({
  what,
  error,
  onRetry,
}: {
  /** Such as "The list". */
  what: string;
  error: unknown;
  onRetry?: () => void;
}) {
  return (
    <Notice tone="bad">
      <p class="grow wrap">
        <strong>{what} could not be loaded.</strong> {explainError(error)}
      </p>
      {onRetry && (
        <button type="button" class="button small" onClick={onRetry}>
          Try again
        </button>
      )}
    </Notice>
  );
}
