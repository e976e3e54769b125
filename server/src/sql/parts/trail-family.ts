/** Our own trail, or what is archived of remote accounts. */
export type Family = 'local' | 'archived';

/** The tables of a family. Those of both have the columns that lists and details read. */
export interface TrailTables {
  readonly event: string;
  readonly invocation: string;
  readonly attempt: string;
}

const TABLES: Readonly<Record<Family, TrailTables>> = {
  local: { event: 'event', invocation: 'invocation', attempt: 'attempt' },
  archived: {
    event: 'archive_event',
    invocation: 'archive_invocation',
    attempt: 'archive_attempt',
  },
};

/** What a statement is made of for one family. */
export interface FamilyParts {
  readonly family: Family;
  readonly tables: TrailTables;
  /** The name of the statement in this family. */
  readonly named: (name: string) => string;
}

/** A statement on our own trail, with the same one on what is archived. */
export type InFamilies<Statement> = Statement & { readonly archived: Statement };

/** Makes a statement for either family: the same text with other tables. */
export function forEachFamily<Statement extends object>(
  make: (parts: FamilyParts) => Statement,
): InFamilies<Statement> {
  const of = (family: Family) =>
    make({
      family,
      tables: TABLES[family],
      named: (name) => (family === 'local' ? name : name.replace('-', '-archived-')),
    });
  return Object.assign(of('local'), { archived: of('archived') });
}
