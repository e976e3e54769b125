import type { AttemptStatus } from '../model/delivery-status.ts';
import type { HeaderList } from './header-list.ts';

/** How one request ended. */
export interface HttpExchange {
  /** By the status code of a complete answer; `failed` or `timeout` otherwise. */
  readonly status: AttemptStatus;
  /** Milliseconds since 1970. */
  readonly startedAtMs: number;
  /** Whole milliseconds from dialling to the last byte read. */
  readonly durationMs: number;
  /** Absent when there was no answer. */
  readonly response: HttpResponse | undefined;
  /** Why there was no answer, or why it was cut off; begins with the class of the error. */
  readonly errorMessage: string | undefined;
}

export interface HttpResponse {
  readonly statusCode: number;
  readonly headers: HeaderList;
  /** The first 64 KiB, as text: bytes that are not UTF-8 read as U+FFFD. */
  readonly body: string;
  /** How many bytes of body were received. */
  readonly length: number;
}
