import type { ComponentChildren } from 'preact';

/** The head of a column. `num`: of numbers, at the right; `sr`: for screen readers only. */
export type Head = string | readonly [name: string, kind: 'num' | 'sr'];

/** A table that scrolls by itself where the screen is too narrow. */
export function Table({
  heads,
  label,
  stacks = false,
  children,
}: {
  heads: readonly Head[];
  /** Of a table without links: the keyboard must reach it to scroll it. */
  label?: string;
  /** On a phone each row is a block instead: its cells say their heads with `data-head`. */
  stacks?: boolean;
  /** The rows. */
  children: ComponentChildren;
}) {
  return (
    <div
      class="scroll-x"
      {...(label !== undefined && { role: 'region', 'aria-label': label, tabIndex: 0 })}
    >
      <table class={stacks ? 'table stacks' : 'table'}>
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
