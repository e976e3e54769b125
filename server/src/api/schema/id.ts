import { Type } from 'typebox';

/** An id in an answer. */
export const Id = Type.String({ minLength: 26, maxLength: 26, description: 'A ULID.' });
