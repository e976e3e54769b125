interface Translation<T> {
  /** Translates a value of the wire. */
  decode(value: unknown): T;
  /** Translates a value for the wire. */
  encode(value: unknown): unknown;
}

/**
 * Translates a value between the wire and a model. A value of an unexpected type passes unchanged,
 * because the SDK checks only the frame of an answer.
 */
export interface Kind<T> extends Translation<T> {
  /** Reading omits `null`. */
  readonly keepsNull?: never;
}

/** Translates a field in which `null` is a value. */
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
