/** What a list shows of an event. */
export interface ListedEvent {
  /** The id that its publisher knows. */
  readonly id: string | undefined;
  readonly subject: string | undefined;
  /** When it was erased; undefined: it was not. */
  readonly erasedAt?: Date;
}

/** Reads what a list shows from the body of an event. */
export function eventFacts(body: string): ListedEvent {
  let event: unknown;
  try {
    event = JSON.parse(body);
  } catch {
    // The payload of a direct invocation is any text.
  }
  const { id, subject } = (typeof event === 'object' && event !== null ? event : {}) as Readonly<
    Record<string, unknown>
  >;
  const text = (value: unknown) => (typeof value === 'string' ? value : undefined);
  return { id: text(id), subject: text(subject) };
}
