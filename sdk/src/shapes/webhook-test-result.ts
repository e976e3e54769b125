import { asIs } from '../codec/as-is.ts';
import type { Kind } from '../codec/kind.ts';
import { model } from '../codec/model.ts';
import type { WebhookTestResult } from '../models/webhook-test.ts';
import { endpointResponse } from './endpoint-exchange.ts';
import { unionOfShapes } from './union-of-shapes.ts';

interface TestAnswer {
  readonly test?: object | null;
  readonly response?: object | null;
}

const result = model<WebhookTestResult>({
  status: asIs,
  statusCode: asIs,
  message: asIs,
  withheld: asIs,
  response: endpointResponse,
});

/** The outcome of a test request, from an answer in either shape or both. */
export const webhookTestResult: Kind<WebhookTestResult> = {
  ...result,
  decode: (body) => {
    const { test, response } = body as TestAnswer;
    return result.decode(unionOfShapes({ ...test, response }));
  },
};
