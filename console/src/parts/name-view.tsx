import { useState } from 'preact/hooks';
import { explainError } from '../data/explain-error.ts';
import { Dialog } from './dialog.tsx';
import { Notice } from './notice.tsx';

/** Asks for the name of a view. */
export function NameView({
  title,
  act,
  name = '',
  onName,
  onClose,
}: {
  title: string;
  act: string;
  name?: string;
  onName: (name: string) => Promise<unknown>;
  onClose: () => void;
}) {
  const [text, setText] = useState(name);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>();
  const save = async () => {
    setBusy(true);
    setError(undefined);
    try {
      await onName(text.trim());
      onClose();
    } catch (failure) {
      setError(failure);
      setBusy(false);
    }
  };
  return (
    <Dialog title={title} onClose={onClose}>
      <form
        class="form"
        onSubmit={(event) => {
          event.preventDefault();
          void save();
        }}
      >
        <label class="field">
          <span>Name of the view</span>
          <input
            class="input"
            required
            maxLength={255}
            autoComplete="off"
            value={text}
            onInput={(event) => setText(event.currentTarget.value)}
          />
          <small>Everybody in the account sees it.</small>
        </label>
        {error !== undefined && <Notice tone="bad">{explainError(error)}</Notice>}
        <div class="row">
          <button type="submit" class="button primary" disabled={busy || text.trim() === ''}>
            {act}
          </button>
          <button type="button" class="button plain" onClick={onClose}>
            Cancel
          </button>
        </div>
      </form>
    </Dialog>
  );
}
