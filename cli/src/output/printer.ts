import { nearestName } from '../failures/nearest-name.ts';
import { cellText } from './cell-text.ts';
import { chooseColumns } from './choose-columns.ts';
import type { Colours } from './colours.ts';
import { csvLine } from './csv-line.ts';
import { type Format, isJson } from './formats.ts';
import { layoutRecord } from './layout-record.ts';
import { layoutTable } from './layout-table.ts';
import { pick } from './pick.ts';
import type { Column, View } from './view.ts';
import { type WireRow, wireRow } from './wire-row.ts';

/** How the output is printed. */
export interface PrinterOptions {
  readonly format: Format;
  /** The text of `--columns`. */
  readonly columns: string | undefined;
  readonly headers: boolean;
  readonly colours: Colours;
  /** Of the terminal; undefined without one. */
  readonly width: number | undefined;
  /** Resolves when the reader has room for more. */
  readonly write: (text: string) => Promise<void>;
  /** Says something to people. */
  readonly note: (text: string, facts: Readonly<Record<string, unknown>>) => void;
}

/** Prints data: nothing else writes to standard output. */
export interface Printer {
  readonly format: Format;
  /** Prints rows as they come. `live` ones are printed one by one, because the next may take long. */
  list(models: AsyncIterable<object> | Iterable<object>, view: View, live?: boolean): Promise<void>;
  /** Prints one thing: a table shows a line for each field that it has. */
  one(model: object, view: View): Promise<void>;
  /** Prints text that is not rows, such as a script. */
  text(text: string): Promise<void>;
}

/** The rows that decide the widths of a table. A page of a list has no more. */
const LOOK_AHEAD = 100;

/** Creates what prints in one format. */
export function createPrinter(options: PrinterOptions): Printer {
  const { format, columns: asked, headers, width, colours, write, note } = options;

  const pruned = (row: WireRow, columns: readonly Column[]): unknown =>
    asked === undefined
      ? row
      : Object.fromEntries(columns.map(({ path }) => [path, pick(row, path)]));

  async function table(
    rows: AsyncIterable<WireRow>,
    columns: readonly Column[],
    live: boolean,
  ): Promise<void> {
    const room = format === 'wide' ? undefined : width;
    const ahead: WireRow[] = [];
    let lines: ReturnType<typeof layoutTable> | undefined;
    const begin = async (): Promise<ReturnType<typeof layoutTable>> => {
      const made = layoutTable({ columns, width: room, colours }, ahead);
      if (headers) await write(`${made.header}\n`);
      for (const row of ahead) await write(`${made.line(row)}\n`);
      return made;
    };
    for await (const row of rows) {
      if (lines !== undefined) await write(`${lines.line(row)}\n`);
      else {
        ahead.push(row);
        if (live || ahead.length === LOOK_AHEAD) lines = await begin();
      }
    }
    if (lines === undefined && ahead.length > 0) await begin();
  }

  async function jsonArray(rows: AsyncIterable<WireRow>, columns: readonly Column[]) {
    let before = '[';
    for await (const row of rows) {
      await write(`${before}\n${JSON.stringify(pruned(row, columns))}`);
      before = ',';
    }
    await write(before === '[' ? '[]\n' : '\n]\n');
  }

  /** A part of a field may be misspelt, and only the rows show which parts there are. */
  const emptyColumns = (columns: readonly Column[], view: View): EmptyColumns => ({
    paths: new Set(columns.flatMap((one) => (view.columns.includes(one) ? [] : [one.path]))),
    known: view.columns.map(({ path }) => path),
  });

  function say(rows: readonly WireRow[], { paths, known }: EmptyColumns): void {
    for (const row of rows) see(row, paths);
    for (const path of paths) {
      const near = nearestName(path, known);
      const hint = near === undefined ? '' : `; did you mean "${near}"?`;
      note(`--columns: no row has "${path}"${hint}`, { column: path });
    }
  }

  async function* noticed(
    rows: AsyncIterable<WireRow>,
    empty: EmptyColumns,
  ): AsyncGenerator<WireRow, void, undefined> {
    let some = false;
    for await (const row of rows) {
      some = true;
      see(row, empty.paths);
      yield row;
    }
    if (some) say([], empty);
  }

  return {
    format,

    async list(models, view, live = false) {
      const columns = chooseColumns(view, format, asked);
      const rows = noticed(rowsOf(models), emptyColumns(columns, view));
      if (format === 'table' || format === 'wide') return await table(rows, columns, live);
      if (format === 'json') return await jsonArray(rows, columns);
      const paths = columns.map(({ path }) => path);
      if (format === 'csv' && headers) await write(csvLine(paths));
      for await (const row of rows) {
        if (format === 'csv') await write(csvLine(paths.map((path) => cellText(pick(row, path)))));
        else if (format === 'id') await write(`${cellText(pick(row, view.id))}\n`);
        else await write(`${JSON.stringify(pruned(row, columns))}\n`);
      }
    },

    async one(model, view) {
      const columns = chooseColumns(view, format, asked);
      const row = wireRow(model);
      if (format !== 'csv' && format !== 'id') say([row], emptyColumns(columns, view));
      if (isJson(format)) {
        // JSON for programs is one line; `--output json` is also read by people.
        const space = format === 'json' ? 2 : undefined;
        return await write(`${JSON.stringify(pruned(row, columns), undefined, space)}\n`);
      }
      if (format === 'csv' || format === 'id') return await this.list([model], view);
      const all = asked === undefined ? view.columns : columns;
      await write(layoutRecord(row, all, colours, format === 'wide' ? undefined : width));
    },

    text: write,
  };
}

/** Columns that no row had so far, and those of the view. */
interface EmptyColumns {
  readonly paths: Set<string>;
  readonly known: readonly string[];
}

function see(row: WireRow, paths: Set<string>): void {
  for (const path of paths) if (pick(row, path) !== undefined) paths.delete(path);
}

async function* rowsOf(
  models: AsyncIterable<object> | Iterable<object>,
): AsyncGenerator<WireRow, void, undefined> {
  for await (const model of models) yield wireRow(model);
}
