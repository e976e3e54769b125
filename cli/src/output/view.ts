/** How a value looks in a table. */
export type ColumnKind = 'text' | 'time' | 'status' | 'number';

/** A column that a list can show. */
export interface Column {
  /** Where its value is in the row of the API, and its name for `--columns`. */
  readonly path: string;
  /** Above the column; the path in upper case by default. */
  readonly title?: string;
  readonly kind?: ColumnKind;
  /** In every table, only in wide ones, or only when `--columns` asks for it. */
  readonly shown: 'table' | 'wide' | 'asked';
}

/** What lists of one kind of thing show. */
export interface View {
  /** What `--output id` prints. */
  readonly id: string;
  /** Every field of a row, in the order of a table. */
  readonly columns: readonly Column[];
}

type Shown = readonly (string | readonly [path: string, kind: ColumnKind, title?: string])[];

const columnsOf = (fields: Shown, shown: Column['shown']): Column[] =>
  fields.map((field) => {
    if (typeof field === 'string') return { path: field, shown };
    const [path, kind, title] = field;
    return { path, shown, kind, ...(title !== undefined && { title }) };
  });

/** Declares a view: the columns of a table, those that a wide one adds, and all other fields. */
export const view = (id: string, table: Shown, wide: Shown = [], asked: Shown = []): View => ({
  id,
  columns: [...columnsOf(table, 'table'), ...columnsOf(wide, 'wide'), ...columnsOf(asked, 'asked')],
});
