import { signal } from '@preact/signals';

/** Whether the last request reached the node. */
export const link = signal<'up' | 'lost'>('up');
