import { call } from './call.mjs';

/**
 * The trail as the API shows it, page by page. Every request must be answered: an audit on a guess
 * is none.
 */
export class TrailReader {
  requests = 0;

  constructor({ ports, token }) {
    Object.assign(this, { ports, token });
  }

  async get(path) {
    const port = this.ports[this.requests++ % this.ports.length];
    const answer = await call(port, this.token, 'GET', path, { timeoutMs: 60_000 });
    if (answer.status !== 200) {
      throw new Error(`GET ${path}: ${answer.status} ${JSON.stringify(answer.json)}`);
    }
    return answer.json;
  }

  /** All rows of a list from its first page on. `member` names them in the answer. */
  async walk(path, member, query = {}) {
    const rows = [];
    const pages = [];
    for (let after; ; ) {
      const page = await this.get(
        `${path}?${new URLSearchParams({ ...query, ...(after && { 'page[after]': after }) })}`,
      );
      rows.push(...page[member]);
      pages.push(page.meta);
      after = page.meta.after_cursor;
      if (after === undefined) return { rows, pages, last: page[member] };
    }
  }

  /** The rows of a list in its order, found from the last page of `forward` backwards. */
  async walkBack(path, member, query, forward) {
    const rows = [...forward.last];
    for (let before = forward.pages.at(-1).before_cursor; before !== undefined; ) {
      const page = await this.get(
        `${path}?${new URLSearchParams({ ...query, 'page[before]': before })}`,
      );
      rows.unshift(...page[member]);
      before = page.meta.before_cursor;
    }
    return rows;
  }
}
