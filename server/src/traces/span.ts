/** What a span says, by the names of OpenTelemetry's semantic conventions. */
export type SpanAttributes = Record<string, string | number | undefined>;

/** Something that takes time, as a trace shows it. One that is never ended is never shown. */
export interface Span {
  /** Its place in its trace, in the form of `traceContextOf`. */
  readonly context: string;
  /** Whether it will be exported; otherwise nothing of its trace is, and its place is no one's to follow. */
  readonly isSampled: boolean;
  /** Runs `work` so that statements and spans that start in it are its children. */
  run<Result>(work: () => Result): Result;
  /** Ends it; with an error, a class of errors of few values. */
  end(attributes?: SpanAttributes, error?: string): void;
}
