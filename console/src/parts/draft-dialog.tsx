import type { ComponentChildren } from 'preact';
import { explainError } from '../data/explain-error.ts';
import { Dialog } from './dialog.tsx';
import { Notice } from './notice.tsx';
import { RestoredNotice } from './restored-notice.tsx';

/**
 * A dialog whose form is a draft ({@link useDraft}): says that it has what was written before a reload, and what of it
 * was not kept. Cancel discards the draft; Escape only closes.
 */
export function DraftDialog({
  title,
  isRestored,
  notKept,
  onForget,
  onClose,
  beside,
  act,
  isDanger = false,
  isDisabled,
  onAct,
  error,
  children,
}: {
  title: string;
  isRestored: boolean;
  /** What a draft does not keep, in a sentence. */
  notKept?: string;
  /** Discards the draft. */
  onForget: () => void;
  onClose: () => void;
  /** More buttons, before Cancel. */
  beside?: ComponentChildren;
  /** What the button of the act says. */
  act: string;
  isDanger?: boolean;
  isDisabled: boolean;
  onAct: () => void;
  /** Why the act failed; undefined: it did not. */
  error: unknown;
  children: ComponentChildren;
}) {
  return (
    <Dialog
      title={title}
      onClose={onClose}
      footer={
        <>
          {beside}
          <button
            type="button"
            class="button"
            onClick={() => {
              onForget();
              onClose();
            }}
          >
            Cancel
          </button>
          <button
            type="button"
            class={isDanger ? 'button danger' : 'button primary'}
            disabled={isDisabled}
            onClick={onAct}
          >
            {act}
          </button>
        </>
      }
    >
      {isRestored && <RestoredNotice onDiscard={onForget}>{notKept}</RestoredNotice>}
      {children}
      {error !== undefined && (
        <Notice tone="bad">
          <p class="wrap">{explainError(error)}</p>
        </Notice>
      )}
    </Dialog>
  );
}
