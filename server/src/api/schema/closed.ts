/** The option of an object schema that refuses fields it does not name. */
export const CLOSED = { additionalProperties: false } as const;
