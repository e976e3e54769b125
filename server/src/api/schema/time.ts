import { Type } from 'typebox';

/** A time in an answer. */
export const Time = Type.String({ format: 'date-time' });
