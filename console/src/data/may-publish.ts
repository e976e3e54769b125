import { computed } from '@preact/signals';
import { session } from './session.ts';

/** Whether the token of the session may publish; the node decides, this only hides buttons. */
export const mayPublish = computed(() => {
  const { value } = session;
  return typeof value === 'object' && value !== null && value.role !== 'read';
});
