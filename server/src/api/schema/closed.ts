/** Option of an object schema: reject unknown fields. */
export const CLOSED = { additionalProperties: false } as const;
