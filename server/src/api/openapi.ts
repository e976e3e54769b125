import type { FastifyDynamicSwaggerOptions } from '@fastify/swagger';

/** What `spec/openapi.json` says besides the routes. */
export const openapi: NonNullable<FastifyDynamicSwaggerOptions['openapi']> = {
  openapi: '3.1.0',
  info: {
    title: 'Hooktrail',
    version: '0.1.0',
    description:
      'Delivers webhooks and keeps the trail of every invocation and every attempt. The operations under `/api/v2` speak the Zendesk Webhooks API; those under `/v1` are our own. Errors have one shape; `docs/errors.md` lists their codes.',
    license: { name: 'MIT', identifier: 'MIT' },
  },
  tags: [
    { name: 'Webhooks', description: 'Where and how events go' },
    { name: 'Delivery', description: 'The rules by which webhooks are delivered to' },
    { name: 'Invocations', description: 'The trail: what was sent, what came back' },
    { name: 'Publishing', description: 'Events in' },
    { name: 'Tokens', description: 'Credentials of an account' },
    { name: 'Audit', description: 'Who changed what' },
    { name: 'Accounts', description: 'For operators' },
    { name: 'Health', description: 'For load balancers and supervisors' },
  ],
  components: {
    securitySchemes: {
      token: { type: 'http', scheme: 'bearer', description: 'An API token' },
      basic: {
        type: 'http',
        scheme: 'basic',
        description: 'The user name is EMAIL/token or EMAIL, the password an API token',
      },
    },
  },
  security: [{ token: [] }, { basic: [] }],
};
