import type { ComponentChildren } from 'preact';
import { useId } from 'preact/hooks';

type Kind = 'text' | 'secret' | 'lines' | readonly (readonly [string, string])[];

/** A field of a form with its hint, and with what the node found wrong with it. */
export function FormField({
  label,
  hint,
  kind = 'text',
  value,
  problem,
  required = false,
  placeholder,
  onChange,
}: {
  label: string;
  hint?: ComponentChildren;
  /** A list is what to choose from: values and their words. */
  kind?: Kind;
  value: string;
  problem?: string | undefined;
  required?: boolean;
  placeholder?: string;
  onChange: (value: string) => void;
}) {
  const field = useId();
  const note = useId();
  const hasNote = problem !== undefined || hint !== undefined;
  const shared = {
    id: field,
    class: 'input',
    value,
    required,
    'aria-invalid': problem !== undefined,
    ...(hasNote && { 'aria-describedby': note }),
    ...(placeholder !== undefined && { placeholder }),
  };
  const onInput = (event: { readonly currentTarget: { readonly value: string } }) =>
    onChange(event.currentTarget.value);
  return (
    <div class="field">
      <label for={field}>{label}</label>
      {typeof kind === 'object' ? (
        <select {...shared} onChange={onInput}>
          {kind.map(([each, words]) => (
            <option key={each} value={each}>
              {words}
            </option>
          ))}
        </select>
      ) : kind === 'lines' ? (
        <textarea {...shared} rows={2} spellcheck={false} autoComplete="off" onInput={onInput} />
      ) : (
        <input
          {...shared}
          type={kind === 'secret' ? 'password' : 'text'}
          autoComplete={kind === 'secret' ? 'new-password' : 'off'}
          onInput={onInput}
        />
      )}
      {hasNote && (
        <small id={note} class={problem === undefined ? '' : 'problem'}>
          {problem === undefined ? hint : `✕ ${label} ${problem}`}
        </small>
      )}
    </div>
  );
}
