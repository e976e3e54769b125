import { CONTENT_TYPES } from '../../metrics/render.ts';
import { errorAnswers } from '../schema/error-schema.ts';
import type { Routes } from '../services/routes.ts';
import { acceptedFormat } from './accepted-format.ts';

const text = { schema: { type: 'string' } } as const;

/** `GET /metrics`: what Prometheus reads, of this node and of all accounts. */
export const metrics: Routes = (app, services) => {
  app.get(
    '/metrics',
    {
      schema: {
        operationId: 'readMetrics',
        summary: 'Read the metrics of this node',
        description:
          'For Prometheus, in its text format or as OpenMetrics with exemplars, as `Accept` asks. Of this node and of all accounts, so only operators and tokens with the role metrics read it. See docs/metrics.md.',
        tags: ['Health'],
        response: {
          200: {
            description: 'The metrics.',
            content: { 'text/plain': text, 'application/openmetrics-text': text },
          },
          ...errorAnswers(),
        },
      },
    },
    async (request, reply) => {
      const format = acceptedFormat(request.headers.accept);
      return reply
        .type(CONTENT_TYPES[format])
        .header('vary', 'accept')
        .send(await services.metrics.text(format));
    },
  );
};
