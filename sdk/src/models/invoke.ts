/** The payload of a direct invocation: a body, or a list of `[name, value]` pairs. */
export type InvokePayload = string | object;

/** A direct invocation as accepted. */
export interface InvokeResult {
  /** The invocation. */
  invocation: { id: string; webhookId: string };
}
