interface Translation<T> {
  /** Translates a value of the wire. */
  decode(value: unknown): T;
  /** Translates a value for the wire. */
  encode(value: unknown): unknown;
}

/**
 * How a value is translated between the wire and a model. Only the frame of an answer is checked,
 * so a value of an unexpected type passes unchanged.
 */
export interface Kind<T> extends Translation<T> {
  /** Reading omits `null`. */
  readonly keepsNull?: never;
}

/** How a value is translated in a field in which `null` is a value of its own. */
export interface NullableKind<T> extends Translation<T> {
  /** Reading keeps `null`. */
  readonly keepsNull: true;
}

/** No translation: text, a number, or data with keys of the user. */
export interface Untranslated {
  readonly decode?: never;
  readonly encode?: never;
  readonly keepsNull?: never;
}
