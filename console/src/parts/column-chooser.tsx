import { INVOCATION_COLUMNS } from './invocation-columns.tsx';

/** Which columns the list has; the first stays, because it opens the row. */
export function ColumnChooser({
  chosen,
  onChange,
}: {
  chosen: readonly string[];
  onChange: (chosen: readonly string[]) => void;
}) {
  return (
    <details class="menu-box">
      <summary class="button">Columns</summary>
      <fieldset>
        <legend class="sr">Columns of the list</legend>
        {INVOCATION_COLUMNS.map(({ id, label }) => (
          <label key={id}>
            <input
              type="checkbox"
              checked={chosen.includes(id)}
              disabled={chosen.length === 1 && chosen.includes(id)}
              onChange={() => {
                const next = chosen.includes(id)
                  ? chosen.filter((each) => each !== id)
                  : [...chosen, id];
                onChange(
                  INVOCATION_COLUMNS.map((each) => each.id).filter((each) => next.includes(each)),
                );
              }}
            />
            {label}
          </label>
        ))}
      </fieldset>
    </details>
  );
}
