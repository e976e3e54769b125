import { Type } from 'typebox';

/**
 * Path parameters of everything that belongs to one webhook. A malformed id is 404, like an unknown
 * one.
 */
export const WebhookParams = Type.Object({
  id: Type.String({ description: 'The id of a webhook.' }),
});
