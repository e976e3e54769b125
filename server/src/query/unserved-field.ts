import type { QueryTerm } from '@hooktrail/sdk/query';

/** A query asks for a field that an operation cannot serve. */
export class UnservedField extends Error {
  override readonly name = 'UnservedField';
  readonly field: QueryTerm['field'];

  constructor(field: QueryTerm['field'], message: string) {
    super(message);
    this.field = field;
  }
}
