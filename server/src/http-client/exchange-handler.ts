import type { AttemptStatus } from '../model/delivery-status.ts';
import type { ErrorClass } from '../model/error-class.ts';
import type { Fault } from '../model/fault.ts';
import type { Phase } from '../model/phases.ts';
import type { AnswerHead } from './answer-head.ts';
import { AnswerTooLong } from './answer-reader.ts';
import { classifyError, type Failure } from './classify-error.ts';
import type { Connection, ConnectionListener } from './connection.ts';
import { charsetOf, contentCodings } from './content-headers.ts';
import type { HttpExchange, HttpResponse } from './http-exchange.ts';
import { PhaseClock } from './phase-clock.ts';
import { ResponseBody } from './response-body.ts';
import { spreadOut } from './spread-out.ts';

/** What was wrong, in words that begin with its class. */
interface Trouble {
  readonly errorClass: ErrorClass;
  readonly message: string;
}

const REDIRECT: Trouble = { errorClass: 'redirect', message: 'redirect: not followed' };

/** What ends a request that may not begin any more. */
const UNSENT: Failure = {
  status: 'failed',
  fault: 'node stopping',
  errorClass: 'failed',
  message: 'failed: not sent',
};

/** Headers kept of an answer. A head of 20 KiB can have thousands of them. */
const KEPT_HEADERS = 500;

/**
 * Requests that began together time out together: where an endpoint hangs, all of its requests in
 * the same millisecond, again and again, at 0.4 ms each with the requests that take their places.
 * To spare other webhooks, time out one every 2 ms, or a 64th of those that wait: the last of 64
 * times out an eighth of a second late, the last of 4,096 three quarters.
 */
const giveUp = spreadOut(2, 64);

/**
 * Follows one request. It ends exactly once, with the first of: the last byte, an error, the time
 * limit, or the size limit of an answer. Later events are ignored.
 *
 * Once the head of an answer was read, its status code is the outcome, and whatever goes wrong
 * afterwards is only noted: the endpoint has decided about the request.
 */
export class ExchangeHandler implements ConnectionListener {
  readonly #startedAtMs: number;
  readonly #clock = new PhaseClock();
  readonly #onEnd: (exchange: HttpExchange) => void;
  readonly #mayBegin: () => boolean;
  readonly #timer: NodeJS.Timeout;
  readonly #body = new ResponseBody();
  #connection: Connection | undefined;
  #statusCode: number | undefined;
  #headers: readonly string[] = [];
  /** What was wrong with the head. */
  #note: Trouble | undefined;
  #ended = false;

  constructor(
    timeLimitMs: number,
    startedAtMs: number,
    onEnd: (exchange: HttpExchange) => void,
    mayBegin = () => true,
  ) {
    this.#startedAtMs = startedAtMs;
    this.#onEnd = onEnd;
    this.#mayBegin = mayBegin;
    this.#timer = setTimeout(() => giveUp(() => this.#giveUp(timeLimitMs)), timeLimitMs);
  }

  /** Sets the connection that carries it, which is closed if the exchange ends early. */
  begin(connection: Connection): void {
    this.#connection = connection;
  }

  onPhase(phase: Phase): void {
    if (!this.#ended) this.#clock.enter(phase);
  }

  onOpen(): boolean {
    if (this.#mayBegin()) return true;
    this.#end(UNSENT, UNSENT);
    return false;
  }

  onHead({ fault, statusCode, headers }: AnswerHead): void {
    this.#statusCode = statusCode;
    if (fault !== undefined) this.#note = malformed(fault);
    const count = headers.length / 2;
    if (count > KEPT_HEADERS) {
      this.#note ??= cutOff(
        `answer cut off: only ${KEPT_HEADERS} of its ${count} headers are kept`,
      );
    }
    this.#headers = count > KEPT_HEADERS ? headers.slice(0, 2 * KEPT_HEADERS) : headers;
  }

  onBody(bytes: Buffer): void {
    if (this.#body.add(bytes)) return;
    this.#connection?.close();
    this.#end(undefined, cutOff(this.#body.cutOff));
  }

  /** The answer is complete; `fault` is what was wrong after its head. */
  onEnd(fault: string | undefined): void {
    this.#end(undefined, fault === undefined ? undefined : malformed(fault));
  }

  onError(error: Error): void {
    if (error instanceof AnswerTooLong) this.#end(undefined, cutOff(error.message));
    else {
      const failure = classifyError(error);
      this.#end(failure, failure);
    }
  }

  #giveUp(timeLimitMs: number): void {
    if (this.#ended) return;
    const overdue = this.#connection?.overdue(timeLimitMs);
    const what = this.#statusCode === undefined ? 'no answer' : 'answer not complete';
    this.#connection?.close();
    if (overdue !== undefined) {
      const failure = classifyError(overdue);
      this.#end({ ...failure, status: 'timeout' }, failure);
      return;
    }
    const failure: Failure = {
      status: 'timeout',
      fault: 'endpoint',
      errorClass: 'timeout',
      message: `timeout: ${what} within ${timeLimitMs} ms`,
    };
    this.#end(failure, failure);
  }

  #end(failure: Failure | undefined, wrong: Trouble | undefined): void {
    if (this.#ended) return;
    this.#ended = true;
    clearTimeout(this.#timer);
    const response = this.#response();
    const { status, fault } = this.#outcome(failure);
    const statusCode = response?.statusCode ?? 0;
    const redirect = statusCode >= 300 && statusCode < 400;
    const trouble = this.#note ?? wrong ?? (redirect ? REDIRECT : undefined);
    this.#onEnd({
      status,
      startedAtMs: this.#startedAtMs,
      durationMs: this.#clock.end(),
      phases: this.#clock.times,
      response,
      fault,
      errorClass: trouble?.errorClass,
      errorMessage: trouble?.message,
      ...(failure === UNSENT && { unsent: true }),
    });
  }

  #outcome(failure: Failure | undefined): { status: AttemptStatus; fault: Fault | undefined } {
    if (this.#statusCode === undefined) return failure ?? { status: 'failed', fault: 'endpoint' };
    const status = statusOf(this.#statusCode);
    return { status, fault: status === 'success' ? undefined : 'endpoint' };
  }

  #response(): HttpResponse | undefined {
    if (this.#statusCode === undefined) return undefined;
    const charset = charsetOf(this.#headers);
    const text = this.#body.text(charset);
    const differs =
      charset !== undefined || contentCodings(this.#headers).length > 0 || text.includes('\uFFFD');
    return {
      statusCode: this.#statusCode,
      headers: this.#headers,
      body: text,
      raw: differs ? this.#body.bytes() : undefined,
      length: this.#body.length,
    };
  }
}

function malformed(fault: string): Trouble {
  return { errorClass: 'malformed answer', message: `malformed answer: ${fault}` };
}

function cutOff(message: string): Trouble {
  return { errorClass: 'answer cut off', message };
}

/** spec/contract.md, "Delivery rules". A redirect is `failed`: it is never followed. */
function statusOf(statusCode: number): AttemptStatus {
  if (statusCode >= 200 && statusCode < 300) return 'success';
  if (statusCode >= 400 && statusCode < 500) return 'client error';
  if (statusCode >= 500 && statusCode < 600) return 'server error';
  return 'failed';
}
