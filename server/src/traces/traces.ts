import type { Span, SpanAttributes } from './span.ts';

/** Of what kind a span is: who waits for whom. */
export type SpanKind = 'server' | 'client' | 'producer' | 'internal';

/** How a span begins. */
export interface SpanStart {
  readonly name: string;
  readonly kind: SpanKind;
  /** `active`: what it was started in, if anything; undefined: it begins a trace; or a place in one. */
  readonly parent: 'active' | { readonly context: string } | undefined;
  /** Places that it follows from. At most 128 are kept. */
  readonly links?: readonly string[];
  readonly attributes?: SpanAttributes;
}

/**
 * What parts trace. A node has none unless it is switched on, so parts take `Traces | undefined` and do
 * nothing without it (docs/decisions/traces.md).
 */
export interface Traces {
  start(start: SpanStart): Span;
  /** A statement, by its name; undefined where nothing is traced that it would belong to. */
  statement(name: string): Span | undefined;
  /**
   * Traces work that is done for several at once, at these places in their traces: as part of the trace, if all
   * have the same one, and otherwise as a trace of its own with links to them.
   */
  together<Result>(
    name: string,
    contexts: Iterable<string | undefined>,
    work: () => Promise<Result>,
  ): Promise<Result>;
}
