import { useState } from 'preact/hooks';

/** Copies a text. Over plain HTTP a browser has no clipboard: then it selects the text of a field. */
export function CopyButton({ text, label = 'Copy' }: { text: string; label?: string }) {
  const [done, setDone] = useState(false);
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      const field = document.createElement('textarea');
      field.value = text;
      document.body.append(field);
      field.select();
      document.execCommand('copy');
      field.remove();
    }
    setDone(true);
    setTimeout(() => setDone(false), 1_500);
  };
  return (
    <button type="button" class="button small" onClick={() => void copy()}>
      {done ? 'Copied' : label}
    </button>
  );
}
