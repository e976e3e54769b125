import { idTimeMs } from '../../model/ids.ts';
import { nextId } from '../../trail/next-id.ts';

/**
 * The place of a result among the results of a search is a text that sorts it: an id, and of an archived
 * invocation also that of its webhook. Two sources may archive one remote account, so its id alone may
 * stand for two results.
 */
const ID_LENGTH = 26;

/** The position of an archived invocation. */
export const archivedPosition = (id: string, webhookId: string): string => `${id}${webhookId}`;

/** The id that a position begins with. */
export const idOfPosition = (position: string): string => position.slice(0, ID_LENGTH);

/** The webhook that a position names. */
export const webhookOfPosition = (position: string): string | undefined =>
  position.length > ID_LENGTH ? position.slice(ID_LENGTH) : undefined;

/** When what stands at a position was created or recorded. */
export const timeOfPosition = (position: string): number => idTimeMs(idOfPosition(position));

/** The id before which all ids are that stand below a position; at a webhook, if positions name theirs. */
export function endOfIds(position: string, webhookId = ''): string {
  const id = idOfPosition(position);
  return `${id}${webhookId}` < position ? nextId(id, 1) : id;
}
