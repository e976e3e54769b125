import { view } from '../output/view.ts';

/** The headers that sign a delivery. */
export const signatureView = view('x-zendesk-webhook-signature', [
  'x-zendesk-webhook-signature',
  'x-zendesk-webhook-signature-timestamp',
]);
