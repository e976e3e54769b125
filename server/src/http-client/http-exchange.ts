import type { AttemptStatus } from '../model/delivery-status.ts';
import type { ErrorClass } from '../model/error-class.ts';
import type { Fault } from '../model/fault.ts';
import type { PhaseTimes } from '../model/phases.ts';
import type { HeaderList } from './header-list.ts';

/** How one request ended. */
export interface HttpExchange {
  /** By the status code, once the head of an answer was read; `failed` or `timeout` otherwise. */
  readonly status: AttemptStatus;
  /** Milliseconds since 1970. */
  readonly startedAtMs: number;
  /** Whole milliseconds from dialling to the last byte read. */
  readonly durationMs: number;
  /** What it was spent on: they add up to it. Undefined if no connection was opened. */
  readonly phases: PhaseTimes | undefined;
  /** Absent when there was no answer. */
  readonly response: HttpResponse | undefined;
  /** Whose doing it was that this was no success; undefined after a success. */
  readonly fault: Fault | undefined;
  /** The class of what `errorMessage` says. */
  readonly errorClass: ErrorClass | undefined;
  /** Why there was no answer, or what was wrong with it; begins with the class of the error. */
  readonly errorMessage: string | undefined;
  /** Nothing was sent: `mayBegin` said so. */
  readonly unsent?: boolean;
}

export interface HttpResponse {
  readonly statusCode: number;
  readonly headers: HeaderList;
  /** The first 64 KiB, as text in the charset of its type: invalid bytes read as U+FFFD. */
  readonly body: string;
  /** The kept bytes, where `body` may be another text than these bytes as UTF-8. */
  readonly raw?: Buffer | undefined;
  /** How many bytes of body were received. */
  readonly length: number;
}
