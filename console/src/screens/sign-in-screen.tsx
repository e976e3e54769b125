import { useEffect, useState } from 'preact/hooks';
import { signIn } from '../data/sign-in.ts';
import { takeCode } from '../data/take-code.ts';
import { Notice } from '../parts/notice.tsx';

/** Asks for a token. `ended`: the session that stood here was revoked or is over. */
export function SignInScreen({ ended }: { ended: boolean }) {
  const [token, setToken] = useState('');
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState('');
  const enter = async (given: Parameters<typeof signIn>[0]) => {
    setBusy(true);
    setError('');
    try {
      await signIn(given);
    } catch (failure) {
      setError((failure as Error).message);
    }
    setBusy(false);
  };
  useEffect(() => {
    document.title = 'Sign in · Hooktrail';
    const enterByLink = () => {
      const code = takeCode();
      if (code !== undefined) void enter({ code });
    };
    enterByLink();
    // A link to this very page loads nothing.
    addEventListener('hashchange', enterByLink);
    return () => removeEventListener('hashchange', enterByLink);
  }, []);
  return (
    <main class="sign-in">
      <form
        class="card"
        onSubmit={(event) => {
          event.preventDefault();
          void enter({ token: token.trim() });
        }}
      >
        <div class="body stack">
          <div>
            <h1>Hooktrail</h1>
            <p class="soft">See what happened, why, and put it right.</p>
          </div>
          {ended && (
            <Notice tone="hold">Your session has ended. Sign in to go on where you were.</Notice>
          )}
          <label class="field">
            <span>API token</span>
            <input
              class="input mono"
              type="password"
              autoComplete="current-password"
              spellcheck={false}
              required
              value={token}
              onInput={(event) => setToken(event.currentTarget.value)}
            />
            <small>
              An admin creates tokens under <em>Tokens</em>, or with <code>POST /v1/tokens</code>.
              The first one was shown when the server started.
            </small>
          </label>
          {error !== '' && <Notice tone="bad">{error}</Notice>}
          <button class="button primary" type="submit" disabled={busy || token.trim() === ''}>
            {busy ? 'Signing in' : 'Sign in'}
          </button>
        </div>
      </form>
    </main>
  );
}
