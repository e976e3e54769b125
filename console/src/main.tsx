import { render } from 'preact';
import { App } from './app.tsx';
import { begin } from './begin.ts';
import { followSignIn } from './data/follow-sign-in.ts';
import './styles/tokens.css';
import './styles/base.css';
import './styles/shell.css';
import './styles/screens.css';
import './styles/acts.css';

followSignIn();
const root = document.getElementById('app');
void begin(location).then(() => {
  if (root !== null) render(<App />, root);
});
