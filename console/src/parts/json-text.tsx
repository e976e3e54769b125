import { useMemo } from 'preact/hooks';
import { readJsonTokens } from '../model/read-json-tokens.ts';

/** JSON in lines and colours. Keys keep their order and numbers their digits; text stays text. */
export function JsonText({ text }: { text: string }) {
  const tokens = useMemo(() => readJsonTokens(text), [text]);
  if (tokens === undefined) return <p class="soft">This is not complete JSON: see it raw.</p>;
  return (
    <pre class="text" tabIndex={0}>
      {tokens.map(({ kind, text: part }, index) =>
        kind === 'space' || kind === 'mark' ? (
          part
        ) : (
          <span key={index} class={kind}>
            {part}
          </span>
        ),
      )}
    </pre>
  );
}
