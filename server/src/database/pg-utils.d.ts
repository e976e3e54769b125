declare module 'pg/lib/utils.js' {
  const utils: {
    /** The text of a parameter, or its bytes; null for null and undefined. */
    readonly prepareValue: (value: unknown) => string | Buffer | null;
  };
  export default utils;
}
