import { LateInput } from './late-input.tsx';

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
      <LateInput
        class="input"
        maxLength={500}
        autoComplete="off"
        placeholder="optional: for people and the audit"
        value={value}
        onChange={onChange}
      />
    </label>
  );
}
