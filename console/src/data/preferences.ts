import { effect, signal } from '@preact/signals';

export type Theme = 'system' | 'light' | 'dark';

interface Preferences {
  readonly theme: Theme;
  readonly utc: boolean;
  /** Columns of the list of invocations. */
  readonly columns: readonly string[];
}

/** The columns of the list of invocations before a reader chooses. */
export const DEFAULT_COLUMNS: readonly string[] = [
  'created',
  'status',
  'webhook',
  'type',
  'attempts',
  'took',
  'why',
];

const KEY = 'hooktrail-preferences';
const DEFAULTS: Preferences = { theme: 'system', utc: false, columns: DEFAULT_COLUMNS };

function read(): Preferences {
  try {
    return { ...DEFAULTS, ...(JSON.parse(localStorage.getItem(KEY) ?? '{}') as Preferences) };
  } catch {
    return DEFAULTS;
  }
}

/** What this browser remembers; nothing of it is about what the trail holds. */
export const preferences = signal<Preferences>(read());

const dark = matchMedia('(prefers-color-scheme: dark)');
const system = signal(dark.matches);
dark.addEventListener('change', () => {
  system.value = dark.matches;
});

effect(() => {
  const { theme } = preferences.value;
  const isDark = theme === 'dark' || (theme === 'system' && system.value);
  document.documentElement.dataset['theme'] = isDark ? 'dark' : 'light';
});

let kept = preferences.peek();
effect(() => {
  const { value } = preferences;
  if (value === kept) return;
  kept = value;
  try {
    localStorage.setItem(KEY, JSON.stringify(value));
  } catch {
    // A browser that keeps nothing shows the defaults next time.
  }
});
