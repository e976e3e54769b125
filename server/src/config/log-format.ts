/** How the log is written; `auto` is `text` on a terminal and `json` otherwise. */
export type LogFormat = 'auto' | 'text' | 'json';
