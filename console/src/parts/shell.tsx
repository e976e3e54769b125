import type { ComponentChildren } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { useLocation } from 'preact-iso';
import { link } from '../data/link.ts';
import { PLACES, type Place } from '../data/places.ts';
import { preferences, type Theme } from '../data/preferences.ts';
import type { Session } from '../data/session.ts';
import { signOut } from '../data/sign-out.ts';
import { toast } from '../data/toast.ts';
import { useKeys } from '../data/use-keys.ts';
import { AlertCount } from './alert-count.tsx';
import { Shortcuts } from './shortcuts.tsx';

/** How long after `g` a letter still names a screen. */
const GO_MS = 1_500;
const TOAST_MS = 6_000;

const THEMES: Readonly<Record<Theme, { readonly next: Theme; readonly mark: string }>> = {
  system: { next: 'light', mark: '◐' },
  light: { next: 'dark', mark: '☀' },
  dark: { next: 'system', mark: '☾' },
};

const isHere = ({ path: place }: Place, path: string) =>
  place === '/console/'
    ? path === '/console' || path === '/console/'
    : path === place || path.startsWith(`${place}/`);

/** `g`, and then the letter of a screen. */
function useGoing(go: (path: string) => void): void {
  useEffect(() => {
    const { dataset } = document.documentElement;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const onKey = (event: KeyboardEvent) => {
      if (dataset['going'] === undefined) return;
      clearTimeout(timer);
      const place = PLACES.find(({ key }) => key === event.key);
      // After the listeners of this event, which must not take the letter for their own.
      queueMicrotask(() => delete dataset['going']);
      if (place === undefined) return;
      event.preventDefault();
      go(place.path);
    };
    const onG = (event: KeyboardEvent) => {
      if (event.key !== 'g' || event.defaultPrevented || event.ctrlKey || event.metaKey) return;
      const { target } = event;
      if (target instanceof HTMLElement && target.matches('input, textarea, select')) return;
      if (document.querySelector('dialog[open]') || dataset['going'] !== undefined) return;
      dataset['going'] = '';
      timer = setTimeout(() => delete dataset['going'], GO_MS);
    };
    document.addEventListener('keydown', onKey, true);
    document.addEventListener('keydown', onG);
    return () => {
      document.removeEventListener('keydown', onKey, true);
      document.removeEventListener('keydown', onG);
      clearTimeout(timer);
    };
  });
}

function Toast() {
  const message = toast.value;
  useEffect(() => {
    if (message === undefined) return undefined;
    const timer = setTimeout(() => {
      toast.value = undefined;
    }, TOAST_MS);
    return () => clearTimeout(timer);
  }, [message]);
  return (
    <div class="toasts" role="status" aria-live="polite">
      {message && <div class={message.bad ? 'toast bad' : 'toast'}>{message.text}</div>}
    </div>
  );
}

/** The frame of all screens: navigation, who is signed in, connection, messages and keys. */
export function Shell({ who, children }: { who: Session; children: ComponentChildren }) {
  const { path, route } = useLocation();
  const [help, setHelp] = useState(false);
  const [open, setOpen] = useState(false);
  const { theme, utc } = preferences.value;
  useGoing(route);
  useKeys({ '?': () => setHelp(true) });
  useEffect(() => setOpen(false), [path]);
  const links = (group: Place['group']) => (
    <ul>
      {PLACES.filter((place) => place.group === group).map((place) => (
        <li key={place.path}>
          <a href={place.path} aria-current={isHere(place, path) ? 'page' : undefined}>
            <span>
              {place.name}
              {place.path === '/console/alerts' && <AlertCount />}
            </span>
            <kbd aria-hidden="true">g {place.key}</kbd>
          </a>
        </li>
      ))}
    </ul>
  );
  return (
    <div class="shell">
      <a class="skip" href="#main">
        Skip to the content
      </a>
      <header class="side">
        <div class="brand">
          <svg viewBox="0 0 32 32" width="22" height="22" aria-hidden="true">
            <rect width="32" height="32" rx="7" />
            <path d="M9 7v18M9 16h9a5 5 0 0 1 5 5v4" />
            <circle cx="23" cy="9" r="2.6" />
          </svg>
          <span>Hooktrail</span>
          <button
            type="button"
            class="button plain small menu"
            aria-expanded={open}
            aria-controls="navigation"
            onClick={() => setOpen(!open)}
          >
            Menu
          </button>
        </div>
        <div id="navigation" class={open ? 'nav open' : 'nav'}>
          <nav aria-label="Screens">
            {links('trail')}
            <h2>Account</h2>
            {links('account')}
          </nav>
          <div class="who">
            <div class="wrap">
              <strong>{who.account.name}</strong>
              <div class="soft">
                {who.tokenName} · {who.role}
              </div>
            </div>
            <div class="row">
              <button
                type="button"
                class="button plain small"
                title={`Theme: ${theme}`}
                aria-label={`Theme: ${theme}. Change to ${THEMES[theme].next}`}
                onClick={() => {
                  preferences.value = { ...preferences.value, theme: THEMES[theme].next };
                }}
              >
                {THEMES[theme].mark}
              </button>
              <button
                type="button"
                class="button plain small"
                aria-label={
                  utc ? 'Times in UTC. Change to local' : 'Times are local. Change to UTC'
                }
                onClick={() => {
                  preferences.value = { ...preferences.value, utc: !utc };
                }}
              >
                {utc ? 'UTC' : 'Local'}
              </button>
              <button
                type="button"
                class="button plain small"
                aria-label="Keyboard shortcuts"
                onClick={() => setHelp(true)}
              >
                ?
              </button>
              <button type="button" class="button plain small" onClick={() => void signOut()}>
                Sign out
              </button>
            </div>
          </div>
        </div>
      </header>
      <main id="main" tabIndex={-1}>
        {link.value === 'lost' && (
          <div class="lost" role="alert">
            The connection to the node is lost. What you see is from before; the console keeps
            trying.
          </div>
        )}
        {children}
      </main>
      <Toast />
      {help && <Shortcuts onClose={() => setHelp(false)} />}
    </div>
  );
}
