/** Some of a short list, each with a box. */
export function CheckList({
  label,
  hint,
  options,
  values,
  problem,
  onChange,
}: {
  label: string;
  hint?: string;
  /** Values and their words. */
  options: readonly (readonly [value: string, words: string])[];
  values: readonly string[];
  problem?: string | undefined;
  onChange: (values: readonly string[]) => void;
}) {
  return (
    <fieldset class="checks">
      <legend>{label}</legend>
      {options.map(([value, words]) => (
        <label key={value}>
          <input
            type="checkbox"
            checked={values.includes(value)}
            onChange={(event) =>
              onChange(
                event.currentTarget.checked
                  ? [...values, value]
                  : values.filter((one) => one !== value),
              )
            }
          />{' '}
          {words}
        </label>
      ))}
      {(problem !== undefined || hint !== undefined) && (
        <small class={problem === undefined ? 'soft' : 'problem'}>
          {problem === undefined ? hint : `✕ ${label} ${problem}`}
        </small>
      )}
    </fieldset>
  );
}
