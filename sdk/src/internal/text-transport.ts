import type { ZendeskOptions } from '../options/zendesk-options.ts';
import type { Send } from './send.ts';
import { createTransport } from './transport.ts';

/**
 * Creates a transport whose readers get the text of an answer, of whatever form. The other one parses
 * every answer as JSON, which would round large numbers; here the text arrives as a JSON string.
 */
export const textTransport = (client: ZendeskOptions): Send =>
  createTransport({
    ...client,
    fetch: async (url, init) => {
      const response = await (client.fetch ?? fetch)(url, init);
      if (!response.ok) return response;
      const { status, statusText, headers } = response;
      return new Response(JSON.stringify(await response.text()), { status, statusText, headers });
    },
  });
