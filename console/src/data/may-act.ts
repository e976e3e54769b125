import { computed } from '@preact/signals';
import { session } from './session.ts';

/** Whether the token of the session may change things; the node decides, this only hides buttons. */
export const mayAct = computed(() => {
  const { value } = session;
  return typeof value === 'object' && value !== null && ['admin', 'operator'].includes(value.role);
});
