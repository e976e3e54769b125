import { Type } from 'typebox';

/** The empty body of a 204. */
export const NoContent = Type.Unsafe<undefined>({ type: 'null', description: 'Done; no body.' });
