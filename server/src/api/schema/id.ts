import { Type } from 'typebox';

/** An id on the wire. */
export const Id = Type.String({ minLength: 26, maxLength: 26, description: 'A ULID.' });
