import type { Family, InFamilies } from './trail-family.ts';

/** The statement of one family. */
export function inFamily<Statement>(statement: InFamilies<Statement>, family: Family): Statement {
  return family === 'archived' ? statement.archived : statement;
}
