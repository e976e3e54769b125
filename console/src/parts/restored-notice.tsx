import type { ComponentChildren } from 'preact';
import { Notice } from './notice.tsx';

/** Says that a form has what was written in it before a reload, and offers to discard that. */
export function RestoredNotice({
  children,
  onDiscard,
}: {
  /** What was not kept. */
  children?: ComponentChildren;
  onDiscard: () => void;
}) {
  return (
    <Notice tone="hold">
      <p class="grow wrap">What you wrote before and did not save is here again. {children}</p>
      <button type="button" class="button small" onClick={onDiscard}>
        Discard it
      </button>
    </Notice>
  );
}
