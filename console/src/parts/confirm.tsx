import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import { explainError } from '../data/explain-error.ts';
import { Dialog } from './dialog.tsx';
import { Notice } from './notice.tsx';

/**
 * Asks before an act: says what it will do, on a button that says it too. `typed`: what to type
 * before the button works, for what cannot be undone.
 */
export function Confirm({
  title,
  act,
  danger = false,
  typed,
  onAct,
  onCancel = () => undefined,
  onClose,
  children,
}: {
  title: string;
  act: string;
  danger?: boolean;
  typed?: string;
  onAct: () => Promise<unknown>;
  /** What Cancel does before it closes: Escape only closes. */
  onCancel?: () => void;
  onClose: () => void;
  children: ComponentChildren;
}) {
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>();
  const [text, setText] = useState('');
  const run = async () => {
    setBusy(true);
    setError(undefined);
    try {
      await onAct();
      onClose();
    } catch (failure) {
      setError(failure);
      setBusy(false);
    }
  };
  return (
    <Dialog
      title={title}
      onClose={onClose}
      footer={
        <>
          <button
            type="button"
            class="button"
            onClick={() => {
              onCancel();
              onClose();
            }}
          >
            Cancel
          </button>
          <button
            type="button"
            class={danger ? 'button danger' : 'button primary'}
            disabled={busy || (typed !== undefined && text !== typed)}
            onClick={() => void run()}
          >
            {act}
          </button>
        </>
      }
    >
      {children}
      {typed !== undefined && (
        <label class="field">
          <span>
            Type <code>{typed}</code> to go on
          </span>
          <input
            class="input"
            value={text}
            autoComplete="off"
            onInput={(event) => setText(event.currentTarget.value)}
          />
        </label>
      )}
      {error !== undefined && <Notice tone="bad">{explainError(error)}</Notice>}
    </Dialog>
  );
}
