import type { ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Fault } from './faults.ts';

interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

const HTML = '<!DOCTYPE html><html><body><h1>We will be back soon</h1></body></html>';

/** Sends the answer as the fault spoils it. */
export async function sendAnswer(
  response: ServerResponse,
  answer: Answer,
  fault: Fault | undefined,
): Promise<void> {
  const json = 'application/json; charset=utf-8';
  const end = (status: number, body: string, headers = {}, type = json) => {
    const length = String(Buffer.byteLength(body));
    response.writeHead(status, {
      ...answer.headers,
      ...headers,
      'content-type': type,
      'content-length': length,
    });
    response.end(body);
  };
  switch (fault?.kind) {
    case 'status':
      return end(fault.status, fault.body ?? '', {}, 'text/plain');
    case 'throttle': {
      const { retryAfter, status = 429 } = fault;
      const headers = retryAfter === undefined ? {} : { 'retry-after': retryAfter };
      return end(status, '{"error":"APIRateLimitExceeded"}', headers);
    }
    case 'hang':
      return;
    case 'drop': {
      if (!fault.midway) {
        response.destroy();
        return;
      }
      const length = String(Buffer.byteLength(answer.body));
      response.writeHead(answer.status, { ...answer.headers, 'content-length': length });
      response.write(answer.body.slice(0, Math.floor(answer.body.length / 2)), () =>
        response.destroy(),
      );
      return;
    }
    case 'html':
      return end(200, HTML, {}, 'text/html; charset=utf-8');
    case 'truncated':
      return end(answer.status, answer.body.slice(0, Math.floor(answer.body.length / 2)));
    case 'body':
      return end(answer.status, fault.body);
    case 'slow':
      await sleep(fault.ms);
      return end(answer.status, answer.body);
    default:
      return end(answer.status, answer.body);
  }
}
