import type { Verdict } from '../checks/check-all.ts';

type Row = readonly [name: string, value: number | string];

/** Formats sections as one table of Markdown, aligned for the terminal. */
export function formatTable(sections: readonly (readonly [title: string, rows: readonly Row[]])[]) {
  const cells: [string, string][] = sections.flatMap(([title, rows]) => [
    [`**${title}**`, ''] as [string, string],
    ...rows.map(([name, value]): [string, string] => [name, cell(value)]),
  ]);
  const width = (column: 0 | 1) => Math.max(3, ...cells.map((row) => row[column].length));
  const [left, right] = [width(0), width(1)];
  return [
    `| ${''.padEnd(left)} | ${''.padEnd(right)} |`,
    `| ${'-'.repeat(left)} | ${'-'.repeat(right - 1)}: |`,
    ...cells.map(([name, value]) => `| ${name.padEnd(left)} | ${value.padStart(right)} |`),
  ].join('\n');
}

function cell(value: number | string): string {
  return typeof value === 'number' ? value.toLocaleString('en') : value;
}

const SHOWN = 5;

/** Lists the promises: kept, or broken with the first cases. */
export function formatVerdicts(verdicts: readonly Verdict[]): string {
  return verdicts
    .flatMap(({ promise, broken }) => {
      if (broken.length === 0) return [`kept    ${promise}`];
      const cases = broken.slice(0, SHOWN).map((line) => `          ${line}`);
      const more = broken.length - cases.length;
      return [
        `BROKEN  ${promise}: ${broken.length} times`,
        ...cases,
        ...(more > 0 ? [`          and ${more} more`] : []),
      ];
    })
    .join('\n');
}
