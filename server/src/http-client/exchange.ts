import type { AttemptStatus } from '../model/delivery-status.ts';

/** Header names and values in their order: [name, value, name, value, ...]. */
export type HeaderList = readonly string[];

/** What happened when one request was sent: all that the trail keeps of an attempt. */
export interface Exchange {
  readonly status: AttemptStatus;
  /** Milliseconds since 1970. */
  readonly startedAtMs: number;
  /** Whole milliseconds from dialling to the last byte that was read. */
  readonly durationMs: number;
  /** Credentials are masked (contract §1). */
  readonly requestHeaders: HeaderList;
  /** Absent when there was no answer. */
  readonly response: ReceivedResponse | undefined;
  /** Why there was no answer, or why it was cut off; begins with the class of the error. */
  readonly errorMessage: string | undefined;
}

export interface ReceivedResponse {
  readonly statusCode: number;
  readonly headers: HeaderList;
  /** The first 64 KiB, as text: what is not UTF-8 reads as U+FFFD. */
  readonly body: string;
  /** How many bytes of body were received. */
  readonly length: number;
}
