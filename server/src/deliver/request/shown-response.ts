import { charsetOf, contentCodings } from '../../http-client/content-headers.ts';
import type { ContentDecoder } from '../../http-client/create-content-decoder.ts';
import type { HttpResponse } from '../../http-client/http-exchange.ts';
import { storableText } from '../../http-client/storable-text.ts';

/** A response whose body people can read: without its codings, where they can be undone. */
export async function shownResponse(
  response: HttpResponse,
  decode: ContentDecoder,
): Promise<HttpResponse> {
  const { headers, raw } = response;
  const codings = contentCodings(headers);
  if (raw === undefined || codings.length === 0) return response;
  const decoded = await decode(raw, codings);
  if (decoded === undefined) return response;
  return { ...response, body: storableText(decoded, charsetOf(headers)) };
}
