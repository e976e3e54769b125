/** Why somebody creates a job. */
export function ReasonField({
  value,
  onChange,
}: {
  value: string;
  onChange: (value: string) => void;
}) {
  return (
    <label class="field">
      <span>Reason</span>
      <input
        class="input"
        maxLength={500}
        autoComplete="off"
        placeholder="optional: for people and the audit"
        value={value}
        onInput={(event) => onChange(event.currentTarget.value)}
      />
    </label>
  );
}
