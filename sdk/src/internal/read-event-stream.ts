/** A message of a stream of server-sent events. */
export interface StreamMessage {
  /** `message` where the server named none. */
  readonly event: string;
  readonly data: string;
  /** The place after it. */
  readonly id: string;
}

/** What the stream said about itself, and where it has come to. */
export interface StreamPlace {
  /** The place after the latest message or heartbeat. */
  id: string;
  /** How long to wait before a reconnection, in milliseconds. */
  retryMs: number;
}

/** A message of the feed has about a kilobyte. A stream without an end of line must not fill memory. */
const MAX_CHARACTERS = 4_194_304;

/**
 * Reads server-sent events (https://html.spec.whatwg.org/multipage/server-sent-events.html) until `read`
 * has no more, and keeps `place` up to date.
 */
export async function* readEventStream(
  read: () => Promise<Uint8Array | undefined>,
  place: StreamPlace,
): AsyncGenerator<StreamMessage, void, undefined> {
  const decoder = new TextDecoder();
  let text = '';
  let { id } = place;
  let event = '';
  let data: string[] = [];
  for (let bytes = await read(); bytes; bytes = await read()) {
    text += decoder.decode(bytes, { stream: true });
    if (text.length > MAX_CHARACTERS) throw new TypeError('A message of the feed has no end');
    // A CR at the end may be the first half of an end of line.
    const lines = text.split(/\r\n|\n|\r(?!$)/);
    text = lines.pop() as string;
    for (const line of lines) {
      const [, name, field = ''] = /^([^:]*)(?:: ?(.*))?$/s.exec(line) ?? [];
      if (line === '') {
        place.id = id;
        const message = { event: event || 'message', data: data.join('\n'), id };
        const isEmpty = data.length === 0;
        event = '';
        data = [];
        if (!isEmpty) yield message;
      }
      if (name === 'data') data.push(field);
      if (name === 'event') event = field;
      if (name === 'id') id = field;
      if (name === 'retry' && /^\d+$/.test(field)) place.retryMs = Number(field);
    }
  }
}
