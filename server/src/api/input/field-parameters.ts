import { QUERY_FIELDS } from '@hooktrail/sdk/query';

/** The fields of the query language that are parameters too: those that have a name of their own. */
export const FIELD_PARAMETERS = QUERY_FIELDS.filter(
  ({ field }) => !['json', 'header', 'text'].includes(field),
);
