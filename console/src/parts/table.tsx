import type { ComponentChildren } from 'preact';

/** The head of a column. `num`: of numbers, at the right; `sr`: for screen readers only. */
export type Head = string | readonly [name: string, kind: 'num' | 'sr'];

/**
 * A table that scrolls by itself where the screen is too narrow. On a phone each row is a block instead: cells that
 * do not speak for themselves say their heads with `data-head`.
 */
export function Table({
  heads,
  label,
  children,
}: {
  heads: readonly Head[];
  /** Of a table without links: the keyboard must reach it to scroll it. */
  label?: string;
  /** The rows. */
  children: ComponentChildren;
}) {
  return (
    <div
      class="scroll-x"
      {...(label !== undefined && { role: 'region', 'aria-label': label, tabIndex: 0 })}
    >
      <table class="table">
        <thead>
          <tr>
            {heads.map((head) => {
              const [name, kind] = typeof head === 'string' ? [head] : head;
              return (
                <th key={name} class={kind === 'num' ? 'num' : undefined}>
                  {kind === 'sr' ? <span class="sr">{name}</span> : name}
                </th>
              );
            })}
          </tr>
        </thead>
        <tbody>{children}</tbody>
      </table>
    </div>
  );
}
