import { Type } from 'typebox';

/** A time on the wire. */
export const Time = Type.String({ format: 'date-time' });
