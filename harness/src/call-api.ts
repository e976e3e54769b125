/** An answer of the API. */
export interface ApiAnswer<Body = unknown> {
  readonly status: number;
  readonly headers: Headers;
  /** As JSON says, or the text of a file or a scrape; undefined when the answer has no body. Of a stream, what came before it was quiet. */
  readonly body: Body;
}

/** A request to the API of a node. */
export interface ApiCall {
  readonly url: string;
  readonly token: string;
  readonly method: string;
  /** A string is sent unchanged, anything else as JSON. */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  readonly timeLimitMs?: number;
}

/**
 * Calls the API of a node. Rejects when no complete answer arrives, within the time limit if any.
 */
export async function callApi<Body = unknown>(call: ApiCall): Promise<ApiAnswer<Body>> {
  const { url, token, method, body, headers, timeLimitMs } = call;
  const response = await fetch(url, {
    method,
    headers: {
      authorization: `Bearer ${token}`,
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    ...(timeLimitMs === undefined ? {} : { signal: AbortSignal.timeout(timeLimitMs) }),
  });
  if (response.ok && /^text\/event-stream/.test(response.headers.get('content-type') ?? '')) {
    const told = await untilQuiet(response);
    return { status: response.status, headers: response.headers, body: told as Body };
  }
  const text = await response.text();
  const isFile = /^(application\/x-ndjson|text\/csv|text\/plain)/.test(
    response.headers.get('content-type') ?? '',
  );
  return {
    status: response.status,
    headers: response.headers,
    body: text === '' ? undefined : isFile ? (text as Body) : JSON.parse(text),
  };
}

const QUIET_MS = 300;

/** Reads a stream, which has no end, until nothing came for a moment. */
async function untilQuiet({ body }: Response): Promise<string> {
  const reader = body?.getReader();
  const decoder = new TextDecoder();
  for (let text = ''; ; ) {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const quiet = new Promise<undefined>((resolve) => {
      timer = setTimeout(() => resolve(undefined), QUIET_MS);
    });
    const chunk = await Promise.race([reader?.read(), quiet]);
    clearTimeout(timer);
    if (chunk?.value === undefined) {
      await reader?.cancel();
      return text;
    }
    text += decoder.decode(chunk.value, { stream: true });
  }
}
