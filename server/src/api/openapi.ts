import type { FastifyDynamicSwaggerOptions } from '@fastify/swagger';

/** The parts of `spec/openapi.json` that do not come from routes. */
export const openapi: NonNullable<FastifyDynamicSwaggerOptions['openapi']> = {
  openapi: '3.1.0',
  info: {
    title: 'Hooktrail',
    version: '0.1.0',
    description:
      "Delivers webhooks and keeps the trail of every invocation and every attempt. The operations under `/api/v2` speak the Zendesk Webhooks API; those under `/v1` are Hooktrail's own. All errors have one shape; `docs/errors.md` lists their codes.",
    license: { name: 'MIT', identifier: 'MIT' },
  },
  tags: [
    { name: 'Webhooks', description: 'Where events are delivered, and how' },
    { name: 'Delivery', description: 'Delivery rules of webhooks: timeouts, retries, limits' },
    { name: 'Invocations', description: 'The trail: what was sent and what came back' },
    { name: 'Publishing', description: 'Publish events' },
    { name: 'Events', description: 'What was published, and what became of it' },
    { name: 'Jobs', description: 'Send again what a query selects' },
    { name: 'Sources', description: 'Remote accounts whose trail is archived' },
    { name: 'Alerts', description: 'What people are told when something breaks' },
    { name: 'Tokens', description: 'API tokens of an account' },
    { name: 'Views', description: 'Views of lists that an account saved' },
    { name: 'Sessions', description: 'Sign-in of the console' },
    { name: 'Audit', description: 'Who changed what' },
    { name: 'Accounts', description: 'Accounts, for operators' },
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
