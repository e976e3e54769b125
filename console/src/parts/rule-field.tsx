import { useId } from 'preact/hooks';

/** A field of a rule, with what is wrong with it. */
export function RuleField({
  label,
  hint,
  value,
  problem,
  onChange,
}: {
  label: string;
  hint: string;
  value: string;
  problem?: string | undefined;
  onChange: (value: string) => void;
}) {
  const field = useId();
  const note = useId();
  return (
    <div class="field">
      <label for={field}>{label}</label>
      <input
        id={field}
        class="input"
        autoComplete="off"
        value={value}
        aria-invalid={problem !== undefined}
        aria-describedby={note}
        onInput={(event) => onChange(event.currentTarget.value)}
      />
      <small id={note} class={problem === undefined ? '' : 'problem'}>
        {problem === undefined ? hint : `✕ ${label} ${problem}`}
      </small>
    </div>
  );
}
