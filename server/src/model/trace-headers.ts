/** The headers that name a place in a trace, names and values in turn (`traceContextOf` made its text). */
export function traceHeaders(context: string): readonly string[] {
  const space = context.indexOf(' ');
  if (space === -1) return ['traceparent', context];
  return ['traceparent', context.slice(0, space), 'tracestate', context.slice(space + 1)];
}
