import type { HttpTarget } from '../../model/alert-target.ts';
import { MASK } from '../../secrets/mask.ts';

/** The URL of a route in answers: without a password for anybody, and without its path for those who may not change it. */
export function shownUrl({ authentication, url }: HttpTarget, isGuarded: boolean): string {
  const { origin, pathname, search } = new URL(url);
  const shown = isGuarded && pathname + search !== '/' ? `${origin}/${MASK}` : url;
  return authentication.type === 'basic' ? shown.replace('://', `://${MASK}@`) : shown;
}
