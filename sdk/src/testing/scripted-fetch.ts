/** One request, as the fake `fetch` received it. */
export interface SeenRequest {
  readonly method: string;
  readonly url: URL;
  readonly headers: Headers;
  /** The JSON of the body; `undefined` without a body. */
  readonly body: unknown;
  readonly redirect: RequestRedirect | undefined;
  readonly signal: AbortSignal;
}

/** How the fake answers a request. */
export type Step = (request: SeenRequest) => Response | Promise<Response>;

/** Answers with JSON. */
export const json =
  (body: unknown, init: ResponseInit = {}): Step =>
  () =>
    Response.json(body, init);

/** Answers with any status and body. */
export const answer =
  (status: number, body: BodyInit | null = null, headers: Record<string, string> = {}): Step =>
  () =>
    new Response(body, { status, headers });

/** Fails the connection with the error that `fetch` throws. */
export const broken =
  (reason = 'connect ECONNREFUSED 127.0.0.1:9'): Step =>
  () => {
    throw new TypeError('fetch failed', { cause: new Error(reason) });
  };

/** Does not answer; rejects when the request is aborted. */
export const silent = (): Step => (request) =>
  new Promise((_, reject) => {
    request.signal.addEventListener('abort', () => reject(request.signal.reason));
  });

/** A fake `fetch` that runs the steps in turn, repeats the last one, and records the requests. */
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
