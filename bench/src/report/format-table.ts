import type { Summary } from './summary.ts';

const MIB = 1024 * 1024;

const COLUMNS: readonly (readonly [title: string, cell: (line: Summary) => string])[] = [
  ['', (line) => line.name],
  ['median', (line) => number(line.median)],
  ['least – most', (line) => `${number(line.least)} – ${number(line.most)}`],
  ['unit', (line) => line.unit],
  ['of limit', (line) => (line.ofLimit === undefined ? '' : line.ofLimit.toFixed(2))],
  ['p50 ms', (line) => number(line.p50Ms)],
  ['p99 ms', (line) => number(line.p99Ms)],
  ['server CPU s', (line) => number(line.serverCpuSeconds)],
  ['server MiB', (line) => mebibytes(line.serverPeakBytes)],
  ['PostgreSQL CPU s', (line) => number(line.postgresCpuSeconds)],
  ['PostgreSQL MiB', (line) => mebibytes(line.postgresPeakBytes)],
  ['bench CPU s', (line) => number(line.harnessCpuSeconds)],
  ['log bytes each', (line) => number(line.walBytesPerItem)],
];

/** Formats the table as Markdown, aligned for the terminal. */
export function formatTable(lines: readonly Summary[]): string {
  const rows = [
    COLUMNS.map(([title]) => title),
    ...lines.map((line) => COLUMNS.map(([, cell]) => cell(line))),
  ];
  const widths = COLUMNS.map((_, column) =>
    Math.max(3, ...rows.map((row) => (row[column] ?? '').length)),
  );
  const texts = rows.map((row) => {
    const cells = row.map((cell, column) => {
      const width = widths[column] as number;
      return isText(column) ? cell.padEnd(width) : cell.padStart(width);
    });
    return `| ${cells.join(' | ')} |`;
  });
  const rule = widths.map((width, column) =>
    isText(column) ? '-'.repeat(width) : `${'-'.repeat(width - 1)}:`,
  );
  return [texts[0], `| ${rule.join(' | ')} |`, ...texts.slice(1)].join('\n');
}

function isText(column: number): boolean {
  return ['', 'unit'].includes(COLUMNS[column]?.[0] ?? '');
}

/** Rounds to three significant digits. */
function number(value: number | undefined): string {
  if (value === undefined || Number.isNaN(value)) return '';
  if (value >= 100) return Math.round(value).toLocaleString('en');
  return value >= 10 ? value.toFixed(1) : value.toFixed(2);
}

function mebibytes(bytes: number | undefined): string {
  return bytes === undefined ? '' : number(bytes / MIB);
}
