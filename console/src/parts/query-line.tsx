import {
  completeQuery,
  parseQuery,
  type QueryOption,
  QuerySyntaxError,
} from '@hooktrail/sdk/query';
import { useEffect, useId, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { useKeys } from '../data/use-keys.ts';
import { useWebhooks } from '../data/use-webhooks.ts';

/** More lines than a reader looks through; what is typed narrows them. */
const SHOWN = 12;

interface Offer {
  readonly start: number;
  readonly end: number;
  readonly options: readonly QueryOption[];
}

const NOTHING: Offer = { start: 0, end: 0, options: [] };

function problemIn(text: string): string {
  try {
    parseQuery(text);
    return '';
  } catch (error) {
    if (!(error instanceof QuerySyntaxError)) throw error;
    return error.message;
  }
}

/** A line for a query: completes fields, values and names, and says what is wrong before it asks. */
export function QueryLine({
  text,
  onChange,
  types = [],
  label = 'Query',
}: {
  text: string;
  onChange: (text: string) => void;
  /** Types of events that the reader has seen. */
  types?: readonly string[];
  label?: string;
}) {
  const field = useRef<HTMLInputElement>(null);
  const list = useId();
  const note = useId();
  /** Where the caret goes once the field has the text that was taken. */
  const caret = useRef<number>();
  const [draft, setDraft] = useState(text);
  const [offer, setOffer] = useState<Offer>(NOTHING);
  const [chosen, setChosen] = useState(-1);
  const [problem, setProblem] = useState('');
  // Their names are needed once somebody types.
  const [isUsed, setIsUsed] = useState(false);
  const webhooks = useWebhooks(isUsed);
  const names = { webhook: webhooks.data?.map(({ name }) => name) ?? [], type: types };

  // The URL changed: by a cell, by "back", or by this line itself.
  useEffect(() => {
    setDraft(text);
    setProblem(problemIn(text));
  }, [text]);
  useKeys({ '/': () => field.current?.select() });

  useEffect(() => {
    if (document.activeElement === field.current && draft !== '') complete(draft);
  }, [webhooks.data]);

  const close = () => {
    setOffer(NOTHING);
    setChosen(-1);
  };
  const complete = (value: string) => {
    const at = field.current?.selectionStart ?? value.length;
    const found = completeQuery(value, at, names);
    setOffer({ start: found.start, end: found.end, options: found.options.slice(0, SHOWN) });
    setChosen(-1);
  };
  const take = (option: QueryOption) => {
    const ends = option.text.endsWith(':') ? '' : ' ';
    const rest = draft.slice(offer.end).replace(/^ /, '');
    const head = draft.slice(0, offer.start) + option.text + ends;
    setDraft(head + rest);
    close();
    caret.current = head.length;
  };
  // Before the next key: a frame later it would jump while somebody types on.
  useLayoutEffect(() => {
    const at = caret.current;
    if (at === undefined) return;
    caret.current = undefined;
    field.current?.setSelectionRange(at, at);
    if (draft[at - 1] === ':') complete(draft);
  });
  const submit = () => {
    const found = problemIn(draft);
    setProblem(found);
    close();
    if (found === '') onChange(draft.trim());
  };
  const onKey = (event: KeyboardEvent) => {
    const { options } = offer;
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault();
      if (options.length === 0) complete(draft);
      else {
        const step = event.key === 'ArrowDown' ? 1 : -1;
        setChosen(
          (chosen + step + options.length + (chosen < 0 && step < 0 ? 1 : 0)) % options.length,
        );
      }
      return;
    }
    const option = options[chosen];
    if (event.key === 'Enter') {
      event.preventDefault();
      if (option === undefined) submit();
      else take(option);
    } else if (event.key === 'Tab' && options.length > 0 && !event.shiftKey) {
      const first = option ?? options[0];
      if (first === undefined || draft === '') return;
      event.preventDefault();
      take(first);
    } else if (event.key === 'Escape') {
      if (options.length > 0) close();
      else field.current?.blur();
    }
  };

  return (
    <div class="query-line">
      <div class="query-field">
        <input
          ref={field}
          class="input mono"
          role="combobox"
          aria-label={label}
          aria-expanded={offer.options.length > 0}
          aria-controls={list}
          aria-autocomplete="list"
          aria-activedescendant={chosen < 0 ? undefined : `${list}-${chosen}`}
          aria-invalid={problem !== ''}
          aria-describedby={problem === '' ? undefined : note}
          placeholder="status:failed webhook:orders since:2h"
          spellcheck={false}
          autoComplete="off"
          autoCapitalize="off"
          value={draft}
          onInput={(event) => {
            setDraft(event.currentTarget.value);
            complete(event.currentTarget.value);
          }}
          onFocus={() => {
            setIsUsed(true);
            if (draft === '') complete('');
          }}
          onClick={() => complete(draft)}
          onBlur={close}
          onKeyDown={onKey}
        />
        <ul id={list} role="listbox" aria-label="Completions" hidden={offer.options.length === 0}>
          {offer.options.map((option, index) => (
            <li
              key={option.text}
              id={`${list}-${index}`}
              role="option"
              aria-selected={index === chosen}
              // Before the field loses the focus, which closes the list.
              onMouseDown={(event) => event.preventDefault()}
              onClick={() => take(option)}
            >
              <code>{option.text}</code>
              <span>{option.meaning}</span>
            </li>
          ))}
        </ul>
      </div>
      <button type="button" class="button" onClick={submit}>
        Search
      </button>
      {text !== '' && (
        <button type="button" class="button plain" onClick={() => onChange('')}>
          Clear
        </button>
      )}
      {problem !== '' && (
        <p id={note} class="problem" role="alert">
          {problem}
        </p>
      )}
    </div>
  );
}
