import { signal } from '@preact/signals';

/** As the style sheets: below it, tables stack their cells. */
const narrow = matchMedia('(max-width: 40rem)');

/** Whether the page is as narrow as that of a phone. */
export const isNarrow = signal(narrow.matches);

narrow.addEventListener('change', () => {
  isNarrow.value = narrow.matches;
});
