import type { ListedInvocation } from '@hooktrail/sdk/hooktrail';
import type { QueryTerm } from '@hooktrail/sdk/query';
import { Component } from 'preact';
import type { InvocationColumn } from './invocation-columns.tsx';

interface Props {
  readonly row: ListedInvocation;
  readonly index: number;
  readonly top: number;
  readonly columns: readonly InvocationColumn[];
  /** Undefined: rows cannot be selected. */
  readonly isSelected: boolean | undefined;
  /** Of a stacked row: how many parts of a line each cell takes. The same array while the columns are the same. */
  readonly spans: readonly number[] | undefined;
  readonly isActive: boolean;
  readonly isChanged: boolean;
  /** Whether times are in UTC. */
  readonly utc: boolean;
  /** These stay the same as long as the table is there. */
  readonly onSelect: (id: string) => void;
  readonly onTerm: (term: QueryTerm) => void;
  readonly onActive: (index: number) => void;
}

interface State {
  /** Whether the pointer is at the element. While it rests there, the element may come to show another invocation. */
  readonly isPointed: boolean;
}

/**
 * A row of the list of invocations. It is drawn again only when something of it changed: while somebody
 * scrolls, that is no row that stays in sight. Its elements show another invocation later. The buttons of its cells, which are most of a row, are made
 * when somebody points at it or has reached it with the keys.
 */
export class InvocationRow extends Component<Props, State> {
  #element: HTMLElement | null = null;

  override state: State = { isPointed: false };

  override shouldComponentUpdate(next: Props, { isPointed }: State): boolean {
    if (isPointed !== this.state.isPointed) return true;
    return (Object.keys(next) as (keyof Props)[]).some((name) => next[name] !== this.props[name]);
  }

  /** A focus on what is out of sight now must not stay on what came in its place. */
  override componentDidUpdate(before: Props): void {
    const { activeElement } = document;
    if (before.row.id !== this.props.row.id && this.#element?.contains(activeElement)) {
      (activeElement as HTMLElement).blur();
    }
  }

  override render() {
    const { columns, index, isActive, isChanged, isSelected } = this.props;
    const { onActive, onSelect, row, spans, top, utc } = this.props;
    const isPointed = isActive || this.state.isPointed;
    const shown = { utc, isPointed };
    return (
      <div
        ref={this.#keep}
        role="row"
        aria-rowindex={index + 2}
        data-index={index}
        class={`grid-row ${isActive ? 'active' : ''} ${isChanged ? 'changed' : ''}`}
        style={{ transform: `translateY(${top}px)` }}
        onPointerEnter={() => this.setState({ isPointed: true })}
        onPointerLeave={() => this.setState({ isPointed: false })}
      >
        {isSelected !== undefined && (
          <span role="cell" class="tick">
            <input
              type="checkbox"
              aria-label={`Select ${row.id}`}
              checked={isSelected}
              onChange={() => onSelect(row.id)}
            />
          </span>
        )}
        {columns.map((column, place) => {
          const content = column.show(row, shown);
          return (
            <span
              key={column.id}
              role="cell"
              class={`cell ${column.size}${place === 0 || isPointed ? ' placed' : ''}`}
              {...(spans !== undefined && {
                'data-head': column.stackedLabel,
                style: { gridColumnEnd: `span ${spans[place]}` },
              })}
            >
              {place === 0 ? (
                <a
                  class="row-link"
                  href={`/console/invocations/${row.id}`}
                  onFocus={() => onActive(index)}
                >
                  {content || row.id}
                </a>
              ) : (
                content
              )}
              {isPointed && this.#acts(column)}
            </span>
          );
        })}
      </div>
    );
  }

  readonly #keep = (element: HTMLElement | null): void => {
    this.#element = element;
  };

  #acts(column: InvocationColumn) {
    const { isActive, onTerm, row } = this.props;
    const term = column.term?.(row);
    if (term === undefined) return null;
    const what = column.label.toLowerCase();
    const acts = [
      [`Only this ${what}`, '+', term],
      [`Without this ${what}`, '−', { ...term, not: true }],
    ] as const;
    return (
      <span class="cell-acts">
        {acts.map(([label, mark, made]) => (
          <button
            key={mark}
            type="button"
            tabIndex={isActive ? 0 : -1}
            aria-label={label}
            title={label}
            onClick={() => onTerm(made)}
          >
            {mark}
          </button>
        ))}
      </span>
    );
  }
}
