import { snake } from './snake.ts';

const camel = (name: string): string =>
  name.replace(/\B_([a-z])/g, (_, letter) => letter.toUpperCase());

/** What is a time on the wire. */
const TIME = /^(.*_)?(at|since|until)$/;

/** What is data: its keys are the user's. */
const DATA = /^(headers|response_headers|payload|detail|event|data)$/;

const renamed = (value: unknown, rename: (name: string) => string): unknown =>
  Array.isArray(value)
    ? value.map((item) => renamed(item, rename))
    : Object(value) !== value
      ? value
      : Object.fromEntries(
          Object.entries(value as object).map(([key, field]) => [
            rename(key),
            TIME.test(key) && field
              ? new Date(field)
              : DATA.test(key)
                ? field
                : renamed(field, rename),
          ]),
        );

/**
 * What only Hooktrail answers, from the wire: all names in camel case at any depth, times as `Date`.
 * `null` stays: it is a value of its own there.
 *
 * @throws TypeError when it is not an object.
 */
export const fromWire = <T>(row: unknown): T => {
  if (Object(row) !== row) throw new TypeError();
  return renamed(row, camel) as T;
};

/** What only Hooktrail takes, for the wire. */
export const toWire = (model: object): unknown => renamed(model, snake);
