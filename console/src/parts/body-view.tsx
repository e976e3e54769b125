import { useState } from 'preact/hooks';
import { formatBytes } from '../model/format-bytes.ts';
import { hexLines } from '../model/hex-lines.ts';
import { CopyButton } from './copy-button.tsx';
import { JsonText } from './json-text.tsx';

type Form = 'raw' | 'pretty' | 'hex';

/** Tokens are elements: a longer text would make the page slow. */
const MOST_PRETTY = 200_000;

/** A body as it was on the wire: raw first, then pretty or as bytes. */
export function BodyView({
  text,
  bytes,
  length,
  label,
}: {
  text: string | undefined;
  /** The bytes as they arrived, where the text is not the same. */
  bytes?: Uint8Array | undefined;
  /** Of the whole body. */
  length?: number | undefined;
  label: string;
}) {
  const [form, setForm] = useState<Form>('raw');
  if (text === undefined && bytes === undefined) {
    return (
      <p class="soft">
        {length === undefined || length === 0
          ? 'No body.'
          : `The body is not kept (${formatBytes(length)}).`}
      </p>
    );
  }
  const shown = text ?? '';
  const raw = bytes ?? new TextEncoder().encode(shown);
  const forms: readonly Form[] =
    shown.length > 0 && shown.length <= MOST_PRETTY ? ['raw', 'pretty', 'hex'] : ['raw', 'hex'];
  const cut = length !== undefined && length > raw.length;
  return (
    <div class="stack-s">
      <div class="row">
        <div class="tabs">
          {forms.map((each) => (
            <button
              key={each}
              type="button"
              aria-pressed={form === each}
              aria-label={`${label} body ${each}`}
              onClick={() => setForm(each)}
            >
              {each === 'hex' ? 'Hex' : each === 'raw' ? 'Raw' : 'Pretty'}
            </button>
          ))}
        </div>
        <span class="soft grow">
          {formatBytes(length ?? raw.length)}
          {cut && `, of which the first ${formatBytes(raw.length)} are kept`}
          {bytes !== undefined && ', decoded from the bytes that arrived'}
        </span>
        <CopyButton text={shown} label="Copy body" />
      </div>
      {form === 'raw' && (
        <pre class="text" tabIndex={0}>
          {shown === '' ? <span class="soft">(empty)</span> : shown}
        </pre>
      )}
      {form === 'pretty' && <JsonText text={shown} />}
      {form === 'hex' && (
        <pre class="text hex" tabIndex={0}>
          {hexLines(raw).join('\n')}
        </pre>
      )}
    </div>
  );
}
