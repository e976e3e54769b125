import { type Static, Type } from 'typebox';
import { CLOSED } from '../schema/closed.ts';
import { Id } from '../schema/id.ts';
import { ref } from '../schema/ref.ts';
import { Time } from '../schema/time.ts';

const fields = {
  name: Type.String({
    minLength: 1,
    maxLength: 255,
    description: 'For people. No two views of a screen have the same name.',
  }),
  screen: Type.String({
    minLength: 1,
    maxLength: 64,
    description:
      'The screen that shows it, such as `invocations`: lowercase letters, digits and hyphens.',
  }),
  search: Type.String({
    maxLength: 4_000,
    description:
      "The query of the page's URL, without the question mark: filters, order and what else the screen keeps there.",
  }),
  columns: Type.Array(Type.String({ minLength: 1, maxLength: 64 }), {
    maxItems: 32,
    description: 'The columns that the screen shows, in order; none: those it shows by default.',
  }),
};

/** A saved view in answers. */
export const SavedView = Type.Object(
  { id: Id, ...fields, created_at: Time, updated_at: Time },
  { ...CLOSED, $id: 'SavedView' },
);

/** The body of create and replace. */
export const ViewInputBody = Type.Object(
  {
    view: Type.Object(
      {
        name: fields.name,
        screen: fields.screen,
        search: Type.Optional(fields.search),
        columns: Type.Optional(fields.columns),
      },
      { ...CLOSED, title: 'SavedViewInput' },
    ),
  },
  CLOSED,
);

/** One saved view. */
export const ViewBody = Type.Object(
  { view: ref(SavedView) },
  { ...CLOSED, description: 'The saved view.' },
);

/** All saved views. */
export const ViewList = Type.Object(
  { views: Type.Array(ref(SavedView)) },
  { ...CLOSED, description: 'All saved views of the account, newest first.' },
);

/** Path parameters of one view. A malformed id is 404, like an unknown one. */
export const ViewParams = Type.Object({
  id: Type.String({ description: 'The id of a saved view.' }),
});

/** A value that passed the schema of the same name. */
export type SavedView = Static<typeof SavedView>;
/** A value that passed the schema of the same name. */
export type ViewInputBody = Static<typeof ViewInputBody>;
