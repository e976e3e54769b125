/** The media type of structured mode (CloudEvents 1.0, HTTP binding, 3.2). */
const ENVELOPE = /^application\/cloudevents\+json\s*(?:;|$)/i;

/**
 * Whether an archived request was a CloudEvent in structured mode. Both its content type and its body must say so:
 * an invocation has one body on the record, and its latest attempt may have been sent in another mode.
 */
export function isEnveloped(requestHeaders: string | null, body: string): boolean {
  const list = requestHeaders === null ? [] : (JSON.parse(requestHeaders) as readonly string[]);
  const type = list.findIndex(
    (name, index) => index % 2 === 0 && name.toLowerCase() === 'content-type',
  );
  return type >= 0 && ENVELOPE.test(list[type + 1] ?? '') && hasVersion(body);
}

function hasVersion(body: string): boolean {
  try {
    const value: unknown = JSON.parse(body);
    return typeof value === 'object' && value !== null && 'specversion' in value;
  } catch {
    return false;
  }
}
