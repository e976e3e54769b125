import type { InputHTMLAttributes } from 'preact';
import { useState } from 'preact/hooks';

interface Props
  extends Pick<
    InputHTMLAttributes<HTMLInputElement>,
    'aria-label' | 'autoComplete' | 'class' | 'inputMode' | 'maxLength' | 'placeholder' | 'type'
  > {
  readonly value: string;
  readonly onChange: (value: string) => void;
}

/**
 * A text that takes effect when it is left. What is typed until then stays here: an answer that arrives
 * meanwhile renders what is around it, and that would set the input back to its value.
 */
export function LateInput({ value, onChange, ...rest }: Props) {
  const [typed, setTyped] = useState<string>();
  return (
    <input
      {...rest}
      value={typed ?? value}
      onInput={(event) => setTyped(event.currentTarget.value)}
      onChange={(event) => {
        setTyped(undefined);
        onChange(event.currentTarget.value);
      }}
    />
  );
}
