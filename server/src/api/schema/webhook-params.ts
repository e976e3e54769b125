import { Type } from 'typebox';

/** Path parameters of everything that belongs to one webhook; a text that is no id is simply unknown. */
export const WebhookParams = Type.Object({
  id: Type.String({ description: 'The id of a webhook.' }),
});
