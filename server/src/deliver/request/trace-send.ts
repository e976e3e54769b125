import type { HeaderList } from '../../http-client/header-list.ts';
import { traceHeaders } from '../../model/trace-headers.ts';
import { maskedUrl } from '../../secrets/masked-url.ts';
import type { Span, SpanAttributes } from '../../traces/span.ts';
import type { Traces } from '../../traces/traces.ts';
import type { Send } from './create-send.ts';
import type { Delivery } from './delivery.ts';
import type { Exchange } from './exchange.ts';

/**
 * Traces each request as a client span. One that is sent at once belongs to the trace in which its event was
 * published. Later ones only have a link to it: a retry may come two days after that trace has ended.
 */
export function traceSend(send: Send, traces: Traces): Send {
  return async (delivery) => {
    const { traceContext, propagateTrace } = delivery;
    // A receiver that gets a trace of its own does not share that of the publisher.
    const isChild = delivery.continuesTrace === true && propagateTrace !== 'link';
    const parent = traceContext === undefined || !isChild ? undefined : { context: traceContext };
    const span = traces.start({
      name: delivery.target.httpMethod,
      kind: 'client',
      parent: delivery.isTrial === true ? 'active' : parent,
      links: traceContext === undefined || isChild ? [] : [traceContext],
      attributes: attributesOf(delivery),
    });
    const told = headersOf(delivery, span, parent !== undefined);
    const exchange = await send(
      told === undefined ? delivery : { ...delivery, traceHeaders: told },
    );
    // No request, no span.
    if (exchange.unsent === true) return exchange;
    span.end(resultOf(exchange), errorOf(exchange));
    return span.isSampled ? { ...exchange, traceContext: span.context } : exchange;
  };
}

/** What the receiver is told; undefined: what it would be told without traces. */
function headersOf(
  { propagateTrace }: Delivery,
  span: Span,
  isChild: boolean,
): HeaderList | undefined {
  if (propagateTrace === 'link') return traceHeaders(span.context);
  // A later request has a trace of its own, but its receiver goes on with that of the publisher.
  return propagateTrace === 'pass' && isChild ? traceHeaders(span.context) : undefined;
}

function attributesOf({
  accountId,
  invocationId,
  isTrial,
  resendCount = 0,
  target,
  webhookId,
}: Delivery): SpanAttributes {
  const url = new URL(target.endpoint);
  return {
    'http.request.method': target.httpMethod,
    'server.address': url.hostname.replace(/^\[|\]$/g, ''),
    'server.port': Number(url.port || (url.protocol === 'https:' ? 443 : 80)),
    'hooktrail.account.id': accountId,
    'hooktrail.webhook.id': webhookId,
    ...(isTrial !== true && { 'hooktrail.invocation.id': invocationId }),
    ...(resendCount > 0 && { 'http.request.resend_count': resendCount }),
  };
}

/** Nothing of what was sent or answered: headers, bodies and messages may hold secrets. */
function resultOf({ requestUrl, response }: Exchange): SpanAttributes {
  return {
    ...(requestUrl !== null && { 'url.full': maskedUrl(requestUrl) }),
    ...(response !== undefined && { 'http.response.status_code': response.statusCode }),
  };
}

function errorOf({ errorClass, response, status }: Exchange): string | undefined {
  if (status === 'success') return undefined;
  return errorClass ?? (response === undefined ? '_OTHER' : String(response.statusCode));
}
