import type { Exchange } from '../../deliver/request/exchange.ts';
import { ownFault } from '../../model/fault.ts';
import { packPhases } from '../../model/packed-phases.ts';
import type { Masker } from '../masking/create-masker.ts';

interface Kept {
  /** The source masks what is archived of it. */
  readonly isMasked: boolean;
  /** It went to a webhook of ours, whose headers are logged as in our own trail. */
  readonly isOurs: boolean;
}

/** What is kept of a resend: as of other attempts of its source, with the same masks. */
export function resendOutcome(exchange: Exchange, masker: Masker, { isMasked, isOurs }: Kept) {
  const { errorClass, errorMessage, phases, requestHeaders, requestUrl, response } = exchange;
  const own = ownFault(exchange.fault);
  return {
    status: exchange.status,
    statusCode: response?.statusCode ?? null,
    completedAtMs: exchange.startedAtMs + exchange.durationMs,
    durationMs: exchange.durationMs,
    phases: phases === undefined ? null : Buffer.from(packPhases(phases)),
    reason: own === undefined ? null : `not counted: ${own}`,
    errorClass: errorClass ?? null,
    // TLS messages quote what the endpoint sent; PostgreSQL cannot store U+0000.
    errorMessage: errorMessage?.replaceAll('\u0000', '\uFFFD') ?? null,
    method: exchange.requestMethod,
    url: requestUrl === null || !isMasked || isOurs ? requestUrl : masker.url(requestUrl),
    requestHeaders: JSON.stringify(isOurs ? requestHeaders : masker.headers(requestHeaders)),
    responseHeaders:
      response === undefined ? null : JSON.stringify(masker.headers(response.headers)),
    responseBody: response === undefined ? null : masker.body(response.body).text,
    responseLength: response?.length ?? null,
    // They may hold what is masked in the text.
    responseRaw: isMasked || response?.raw === undefined ? null : Buffer.from(response.raw),
    delivered: exchange.status === 'success' && !isOurs,
  };
}
