import { Type } from 'typebox';

/** The headers by which a publisher says where it is in a trace. Invalid ones are ignored, so they have no pattern. */
export const TRACE_HEADERS = {
  traceparent: Type.Optional(
    Type.String({
      description:
        'Where the publisher is in a trace, by W3C Trace Context. It is stored, and receivers get it as the delivery rule `propagate_trace` says. An invalid one is ignored.',
    }),
  ),
  tracestate: Type.Optional(
    Type.String({
      description:
        'With `traceparent`: what tracing systems add, by W3C Trace Context; at most 512 characters are kept.',
    }),
  ),
};
