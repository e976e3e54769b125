/** One request as the double of `fetch` saw it. */
export interface SeenRequest {
  readonly method: string;
  readonly url: URL;
  readonly headers: Headers;
  /** The body's JSON; `undefined` when there was no body. */
  readonly body: unknown;
  readonly redirect: RequestRedirect | undefined;
  readonly signal: AbortSignal;
}

/** What the double does with a request. */
export type Step = (request: SeenRequest) => Response | Promise<Response>;

/** An answer in JSON. */
export const json =
  (body: unknown, init: ResponseInit = {}): Step =>
  () =>
    Response.json(body, init);

/** An answer of any kind. */
export const answer =
  (status: number, body: BodyInit | null = null, headers: Record<string, string> = {}): Step =>
  () =>
    new Response(body, { status, headers });

/** A connection that fails, the way `fetch` says so. */
export const broken =
  (reason = 'connect ECONNREFUSED 127.0.0.1:9'): Step =>
  () => {
    throw new TypeError('fetch failed', { cause: new Error(reason) });
  };

/** No answer until the request is aborted. */
export const silent = (): Step => (request) =>
  new Promise((_, reject) => {
    request.signal.addEventListener('abort', () => reject(request.signal.reason));
  });

/** A double of `fetch` that takes the steps in turn, stays at the last, and remembers the requests. */
export const scriptedFetch = (...steps: Step[]) => {
  const requests: SeenRequest[] = [];
  const fetch = async (url: string, init: RequestInit): Promise<Response> => {
    const request: SeenRequest = {
      method: init.method ?? 'GET',
      url: new URL(url),
      headers: new Headers(init.headers),
      body: typeof init.body === 'string' ? JSON.parse(init.body) : undefined,
      redirect: init.redirect,
      signal: init.signal as AbortSignal,
    };
    const step = steps[Math.min(requests.length, steps.length - 1)];
    requests.push(request);
    return (step as Step)(request);
  };
  return { fetch, requests };
};
