import { Agent, request } from 'node:http';

const agent = new Agent({ keepAlive: true, maxSockets: 64 });

/**
 * One request to the API. Resolves with the status and the parsed body of a complete answer, and
 * rejects when there was none: then the caller does not know whether the request took effect.
 */
export function call(port, token, method, path, { body, headers = {}, timeoutMs = 15_000 } = {}) {
  return new Promise((resolve, reject) => {
    const outgoing = request(
      {
        agent,
        host: '127.0.0.1',
        port,
        method,
        path,
        headers: {
          authorization: `Bearer ${token}`,
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          ...headers,
        },
      },
      (answer) => {
        const chunks = [];
        answer.on('data', (chunk) => chunks.push(chunk));
        answer.on('error', reject);
        answer.on('end', () => {
          clearTimeout(timer);
          const text = Buffer.concat(chunks).toString();
          try {
            const json = text === '' ? undefined : JSON.parse(text);
            resolve({ status: answer.statusCode, json, headers: answer.headers });
          } catch {
            reject(new Error(`the answer of ${method} ${path} is not JSON: ${text.slice(0, 200)}`));
          }
        });
      },
    );
    const timer = setTimeout(
      () => outgoing.destroy(new Error(`no answer in ${timeoutMs} ms`)),
      timeoutMs,
    );
    outgoing.on('error', (error) => {
      clearTimeout(timer);
      reject(error);
    });
    outgoing.end(body);
  });
}
