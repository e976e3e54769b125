/**
 * A string with some known values, which complete in the editor. New values may appear at any
 * time, so a `switch` over it needs a `default`.
 */
export type Open<Known extends string> = Known | (string & Record<never, never>);
