import type { ListedInvocation } from '@hooktrail/sdk/hooktrail';
import type { QueryTerm } from '@hooktrail/sdk/query';
import { useCallback, useEffect, useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks';
import { useLocation } from 'preact-iso';
import { isNarrow } from '../data/is-narrow.ts';
import { preferences } from '../data/preferences.ts';
import { useKeys } from '../data/use-keys.ts';
import { useRowKeys } from '../data/use-row-keys.ts';
import { useWindow } from '../data/use-window.ts';
import { lineOfList } from '../model/line-of-list.ts';
import type { PlacedGap } from '../model/place-gaps.ts';
import { stackCells } from '../model/stack-cells.ts';
import { GapRow } from './gap-row.tsx';
import type { InvocationColumn } from './invocation-columns.tsx';
import { InvocationRow } from './invocation-row.tsx';

/** As `--row` in tokens.css. */
const ROW_PX = 36;
/** Of a stacked row: each line, as in screens.css, and what is around them. */
const LINE_PX = 20;
const AROUND_LINES_PX = 12;
/** Load the next page while this many rows are still below: for who has not scrolled yet, and for who has. */
const AHEAD = 40;
const AHEAD_OF_SCROLLING = 300;

/** As the cells in screens.css, so that no row needs to look at its content to know its width. */
const WIDTHS_REM = { s: 5.25, m: 9.25, l: 10, xl: 9.5 } as const;
const TICK_REM = 1.75;
const FRAME_REM = 1;

/**
 * The rows of a list of invocations, of which only those in sight are in the document. Every cell
 * whose field the query language knows includes or excludes its value. On a phone a row is as many lines as its columns
 * need.
 */
export function InvocationTable({
  rows,
  gaps,
  columns,
  selected,
  onSelect,
  onTerm,
  onEnd,
  updated,
}: {
  rows: readonly ListedInvocation[];
  /** Lines between them, of what nobody knows. */
  gaps: readonly PlacedGap[];
  columns: readonly InvocationColumn[];
  /** Undefined: rows cannot be selected. */
  selected: ReadonlySet<string> | undefined;
  onSelect: (ids: ReadonlySet<string>) => void;
  onTerm: (term: QueryTerm) => void;
  /** The end of what is loaded is near. */
  onEnd: () => void;
  /** Rows as they are now, by id, where they changed since; they are marked. */
  updated: ReadonlyMap<string, ListedInvocation>;
}) {
  const { route } = useLocation();
  const box = useRef<HTMLDivElement>(null);
  const count = rows.length + gaps.length;
  const stacked = useMemo(
    () => (isNarrow.value ? stackCells(columns.map(({ size }) => size)) : undefined),
    [columns, isNarrow.value],
  );
  const rowPx = stacked === undefined ? ROW_PX : stacked.lines * LINE_PX + AROUND_LINES_PX;
  const { first, last } = useWindow(box, count, rowPx);
  const keys = useRowKeys(first, last - first);
  const [active, setActive] = useState(-1);
  const { utc } = preferences.value;
  const [reached, setReached] = useState(0);

  useEffect(() => {
    const ahead = first === 0 ? AHEAD : AHEAD_OF_SCROLLING;
    if (last + ahead >= count) onEnd();
  }, [first, last, count, onEnd]);
  // Focus follows the keys, once the row is in the document. Whoever scrolls keeps it where it is: it would take the
  // place in what somebody types, and scroll back.
  const follows = useRef(false);
  useEffect(() => {
    if (!follows.current) return;
    const row = box.current?.querySelector<HTMLElement>(`[data-index="${active}"] a`);
    if (!row) return;
    follows.current = false;
    row.focus();
  }, [reached, first]);

  // Who turns a phone, or chooses other columns, still sees the rows that were in sight. Where they were is known before:
  // in a list that became lower, the browser has already gone back to its end.
  const shown = useRef({ rowPx, rows: 0 });
  useLayoutEffect(() => {
    const { rows, rowPx: before } = shown.current;
    shown.current.rowPx = rowPx;
    if (box.current !== null && before !== rowPx) box.current.scrollTop = rows * rowPx;
  }, [rowPx]);

  /** The row of a line; undefined where the line is a gap, or there is none. */
  const rowAt = (index: number): ListedInvocation | undefined => {
    const line = lineOfList(gaps, index);
    return 'row' in line ? rows[line.row] : undefined;
  };
  const move = (step: number) => {
    const next = Math.max(0, Math.min(count - 1, active + step));
    if (count === 0) return;
    setActive(next);
    const element = box.current;
    if (element !== null) {
      const top = next * rowPx;
      const below = Math.min(top, top + rowPx - element.clientHeight + ROW_PX * 2);
      if (element.scrollTop > top) element.scrollTop = top;
      else if (element.scrollTop < below) element.scrollTop = below;
    }
    follows.current = true;
    setReached((count) => count + 1);
  };
  const latest = useRef({ selected, onSelect, onTerm });
  latest.current = { selected, onSelect, onTerm };
  const toggle = useCallback((id: string) => {
    const { selected: before, onSelect: select } = latest.current;
    if (before === undefined) return;
    const next = new Set(before);
    if (!next.delete(id)) next.add(id);
    select(next);
  }, []);
  const ask = useCallback((term: QueryTerm) => latest.current.onTerm(term), []);
  useKeys({
    j: () => move(1),
    k: () => move(-1),
    x: () => {
      const row = rowAt(active);
      if (row !== undefined) toggle(row.id);
    },
    Enter: (event) => {
      // A focused link or button has its own Enter, and so has what opens a menu.
      if ((event.target as Element).closest('a, button, summary')) {
        (event.target as HTMLElement).click();
        return;
      }
      const row = rowAt(active);
      if (row !== undefined) route(`/console/invocations/${row.id}`);
    },
  });

  const minWidth =
    stacked === undefined
      ? `${columns.reduce((sum, { size }) => sum + WIDTHS_REM[size], FRAME_REM + (selected === undefined ? 0 : TICK_REM))}rem`
      : undefined;
  // Compared first: to look at each of 100,000 rows would take longer than a frame.
  const all =
    selected !== undefined &&
    rows.length > 0 &&
    selected.size >= rows.length &&
    rows.every(({ id }) => selected.has(id));
  return (
    <div
      class={`grid${stacked === undefined ? '' : ' stacked'}${selected === undefined ? '' : ' ticked'}`}
      role="table"
      aria-label="Invocations"
      aria-rowcount={count + 1}
      ref={box}
      tabIndex={0}
      style={stacked && { '--row': `${rowPx}px` }}
      onScroll={({ currentTarget }) => {
        shown.current.rows = currentTarget.scrollTop / shown.current.rowPx;
      }}
    >
      <div class="grid-head" role="row" aria-rowindex={1} style={{ minWidth }}>
        {selected !== undefined && (
          <span role="columnheader" class="tick">
            <label>
              <input
                type="checkbox"
                aria-label="Select all loaded rows"
                checked={all}
                onChange={() => onSelect(new Set(all ? [] : rows.map(({ id }) => id)))}
              />
              {stacked !== undefined && 'Select all loaded rows'}
            </label>
          </span>
        )}
        {columns.map(({ id, label, size }) => (
          <span key={id} role="columnheader" class={`cell ${size}`}>
            {label}
          </span>
        ))}
      </div>
      <div class="grid-body" role="rowgroup" style={{ height: `${count * rowPx}px`, minWidth }}>
        {Array.from({ length: Math.max(0, last - first) }, (_, offset) => {
          const index = first + offset;
          const line = lineOfList(gaps, index);
          if ('gap' in line) {
            return (
              <GapRow
                key={keys[offset]}
                gap={line.gap.gap}
                index={index}
                top={index * rowPx}
                cells={columns.length + (selected === undefined ? 0 : 1)}
                isActive={index === active}
                onActive={setActive}
              />
            );
          }
          const row = rows[line.row];
          // The list became shorter since the window was read.
          if (row === undefined) return null;
          return (
            <InvocationRow
              key={keys[offset]}
              row={updated.get(row.id) ?? row}
              index={index}
              top={index * rowPx}
              columns={columns}
              spans={stacked?.spans}
              isSelected={selected?.has(row.id)}
              isActive={index === active}
              isChanged={updated.has(row.id)}
              utc={utc}
              onSelect={toggle}
              onTerm={ask}
              onActive={setActive}
            />
          );
        })}
      </div>
    </div>
  );
}
