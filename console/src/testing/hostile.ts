/** Texts of strangers that would run as HTML, if anything showed them as that. */
export const HOSTILE = {
  name: '"><img src=x onerror=boom()>',
  body: '</pre><script>boom()</script><img src=x onerror="boom()"><svg onload=boom()> javascript:boom()',
} as const;
