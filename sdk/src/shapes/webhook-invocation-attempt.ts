import { asIs } from '../codec/as-is.ts';
import type { Kind } from '../codec/kind.ts';
import { model } from '../codec/model.ts';
import { time } from '../codec/time.ts';
import type { WebhookInvocationAttempt } from '../models/webhook-invocation-attempt.ts';
import { endpointRequest, endpointResponse } from './endpoint-exchange.ts';
import { unionOfShapes } from './union-of-shapes.ts';

const attempt = model<WebhookInvocationAttempt>({
  id: asIs,
  invocationId: asIs,
  status: asIs,
  statusCode: asIs,
  createdAt: time,
  completedAt: time,
  durationMs: asIs,
  errorMessage: asIs,
  method: asIs,
  url: asIs,
  request: endpointRequest,
  response: endpointResponse,
});

/** An attempt, from either shape. */
export const webhookInvocationAttempt: Kind<WebhookInvocationAttempt> = {
  ...attempt,
  decode: (row) => attempt.decode(unionOfShapes(row as object)),
};
