import { Type } from 'typebox';

const end = (description: string) =>
  Type.Optional(Type.String({ format: 'date-time', maxLength: 40, description }));

/** The query parameters of a time range; `time` says in words which time of a row is compared. */
export const rangeParameters = (time: string) => ({
  'filter[from_ts]': end(`The earliest ${time}, inclusive: ISO 8601 in UTC.`),
  'filter[to_ts]': end(`The latest ${time}, inclusive: ISO 8601 in UTC.`),
});
