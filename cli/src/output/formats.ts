/** The forms of the output. */
export const FORMATS = ['table', 'wide', 'json', 'ndjson', 'csv', 'id'] as const;

/** One of them. */
export type Format = (typeof FORMATS)[number];

/** Whether the output is JSON: then errors and notes are JSON too. */
export const isJson = (format: Format): boolean => format === 'json' || format === 'ndjson';
