import { asIs } from '../codec/as-is.ts';
import { model } from '../codec/model.ts';
import type { EndpointRequest, EndpointResponse } from '../models/endpoint-exchange.ts';

/** The request of an attempt. */
export const endpointRequest = model<EndpointRequest>({
  headers: asIs,
  payload: asIs,
  payloadLength: asIs,
});

/** An endpoint's answer. */
export const endpointResponse = model<EndpointResponse>({
  statusCode: asIs,
  headers: asIs,
  payload: asIs,
  payloadLength: asIs,
});
