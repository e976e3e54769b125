/** A screen, its filters and its columns, saved under a name for everybody in the account. */
export interface SavedView {
  /** A ULID. */
  id: string;
  /** The name, for people. */
  name: string;
  /** The screen that shows it, such as `invocations`. */
  screen: string;
  /** The query of the page's URL, without the question mark. */
  search: string;
  /** The columns, in order; none: those that the screen shows by default. */
  columns: string[];
  /** When it was created. */
  createdAt: Date;
  /** When it was changed last. */
  updatedAt: Date;
}

/** A view to save. */
export interface SavedViewInput {
  /** The name, for people: 1 to 255 characters, different from other views of the screen. */
  readonly name: string;
  /** The screen that shows it: lowercase letters, digits and hyphens, at most 64. */
  readonly screen: string;
  /** The query of the page's URL, without the question mark: at most 4,000 characters; default none. */
  readonly search?: string | undefined;
  /** The columns, in order: at most 32; default none, which shows the default columns. */
  readonly columns?: readonly string[] | undefined;
}
