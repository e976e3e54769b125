-- Where the publisher was in a trace of its own, by W3C Trace Context: the value of `traceparent` and, after a
-- space, that of `tracestate`. Null without one, which takes no room.
alter table event add column trace_context text;
