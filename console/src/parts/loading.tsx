const WIDTHS = ['w1', 'w2', 'w3', 'w2', 'w4', 'w1'];

/** Grey lines in the place of what is being loaded. */
export function Loading({ what }: { what: string }) {
  return (
    <div class="stack-s pad" role="status">
      <span class="sr">Loading {what}</span>
      {WIDTHS.map((width, index) => (
        <div key={index} class={`skeleton ${width}`} />
      ))}
    </div>
  );
}
