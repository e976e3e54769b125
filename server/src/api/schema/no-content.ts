import { Type } from 'typebox';

/** The answer of an operation that has nothing to tell. */
export const NoContent = Type.Unsafe<undefined>({ type: 'null', description: 'Done; no body.' });
