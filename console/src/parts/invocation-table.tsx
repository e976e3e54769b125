import type { ListedInvocation } from '@hooktrail/sdk/hooktrail';
import type { QueryTerm } from '@hooktrail/sdk/query';
import { useEffect, useRef, useState } from 'preact/hooks';
import { useLocation } from 'preact-iso';
import { useKeys } from '../data/use-keys.ts';
import { useWindow } from '../data/use-window.ts';
import type { InvocationColumn } from './invocation-columns.tsx';

/** As `--row` in tokens.css. */
const ROW_PX = 36;
/** Load the next page while this many rows are still below. */
const AHEAD = 40;

/**
 * The rows of a list of invocations, of which only those in sight are in the document. Every cell
 * whose field the query language knows includes or excludes its value.
 */
export function InvocationTable({
  rows,
  columns,
  selected,
  onSelect,
  onTerm,
  onEnd,
  changed,
}: {
  rows: readonly ListedInvocation[];
  columns: readonly InvocationColumn[];
  /** Undefined: rows cannot be selected. */
  selected: ReadonlySet<string> | undefined;
  onSelect: (ids: ReadonlySet<string>) => void;
  onTerm: (term: QueryTerm) => void;
  /** The end of what is loaded is near. */
  onEnd: () => void;
  /** Rows that were updated in place; they are marked. */
  changed: ReadonlySet<string>;
}) {
  const { route } = useLocation();
  const box = useRef<HTMLDivElement>(null);
  const { first, last } = useWindow(box, rows.length, ROW_PX);
  const [active, setActive] = useState(-1);
  const [reached, setReached] = useState(0);

  useEffect(() => {
    if (last + AHEAD >= rows.length) onEnd();
  }, [last, rows.length, onEnd]);
  // Focus follows the keys, once the row is in the document.
  useEffect(() => {
    box.current?.querySelector<HTMLElement>(`[data-index="${active}"] a`)?.focus();
  }, [reached, first]);

  const move = (step: number) => {
    const next = Math.max(0, Math.min(rows.length - 1, active + step));
    if (rows.length === 0) return;
    setActive(next);
    const element = box.current;
    if (element !== null) {
      const top = next * ROW_PX;
      const below = top + ROW_PX - element.clientHeight + ROW_PX * 2;
      if (element.scrollTop > top) element.scrollTop = top;
      else if (element.scrollTop < below) element.scrollTop = below;
    }
    setReached((count) => count + 1);
  };
  const toggle = (id: string) => {
    if (selected === undefined) return;
    const next = new Set(selected);
    if (!next.delete(id)) next.add(id);
    onSelect(next);
  };
  useKeys({
    j: () => move(1),
    k: () => move(-1),
    x: () => {
      const row = rows[active];
      if (row !== undefined) toggle(row.id);
    },
    Enter: (event) => {
      // A focused link or button has its own Enter.
      if ((event.target as Element).closest('a, button')) {
        (event.target as HTMLElement).click();
        return;
      }
      const row = rows[active];
      if (row !== undefined) route(`/console/invocations/${row.id}`);
    },
  });

  const all = selected !== undefined && rows.length > 0 && rows.every(({ id }) => selected.has(id));
  return (
    <div
      class="grid"
      role="table"
      aria-label="Invocations"
      aria-rowcount={rows.length + 1}
      ref={box}
      tabIndex={0}
    >
      <div class="grid-head" role="row" aria-rowindex={1}>
        {selected !== undefined && (
          <span role="columnheader" class="tick">
            <input
              type="checkbox"
              aria-label="Select all loaded rows"
              checked={all}
              onChange={() => onSelect(new Set(all ? [] : rows.map(({ id }) => id)))}
            />
          </span>
        )}
        {columns.map(({ id, label, size }) => (
          <span key={id} role="columnheader" class={`cell ${size}`}>
            {label}
          </span>
        ))}
      </div>
      <div class="grid-body" role="rowgroup" style={{ height: `${rows.length * ROW_PX}px` }}>
        {rows.slice(first, last).map((row, offset) => {
          const index = first + offset;
          const href = `/console/invocations/${row.id}`;
          return (
            <div
              key={row.id}
              role="row"
              aria-rowindex={index + 2}
              data-index={index}
              class={`grid-row ${index === active ? 'active' : ''} ${changed.has(row.id) ? 'changed' : ''}`}
              style={{ transform: `translateY(${index * ROW_PX}px)` }}
            >
              {selected !== undefined && (
                <span role="cell" class="tick">
                  <input
                    type="checkbox"
                    aria-label={`Select ${row.id}`}
                    checked={selected.has(row.id)}
                    onChange={() => toggle(row.id)}
                  />
                </span>
              )}
              {columns.map((column, place) => {
                const term = column.term?.(row);
                const content = column.show(row);
                return (
                  <span key={column.id} role="cell" class={`cell ${column.size}`}>
                    {place === 0 ? (
                      <a class="row-link" href={href} onFocus={() => setActive(index)}>
                        {content || row.id}
                      </a>
                    ) : (
                      content
                    )}
                    {term !== undefined && (
                      <span class="cell-acts">
                        <button
                          type="button"
                          tabIndex={index === active ? 0 : -1}
                          aria-label={`Only this ${column.label.toLowerCase()}`}
                          title={`Only this ${column.label.toLowerCase()}`}
                          onClick={() => onTerm(term)}
                        >
                          +
                        </button>
                        <button
                          type="button"
                          tabIndex={index === active ? 0 : -1}
                          aria-label={`Without this ${column.label.toLowerCase()}`}
                          title={`Without this ${column.label.toLowerCase()}`}
                          onClick={() => onTerm({ ...term, not: true })}
                        >
                          −
                        </button>
                      </span>
                    )}
                  </span>
                );
              })}
            </div>
          );
        })}
      </div>
    </div>
  );
}
