import { Type } from 'typebox';

// No `format`: RFC 3339's date-time excludes times without an offset, which `parseTime` takes.
const end = (description: string) => Type.Optional(Type.String({ maxLength: 40, description }));

/** The query parameters of a time range; `time` says in words which time of a row is compared. */
export const rangeParameters = (time: string) => ({
  'filter[from_ts]': end(`The earliest ${time}, inclusive: ISO 8601, UTC without an offset.`),
  'filter[to_ts]': end(`The latest ${time}, inclusive: ISO 8601, UTC without an offset.`),
});
