/** Header names and values in their order: [name, value, name, value, ...]. */
export type HeaderList = readonly string[];
