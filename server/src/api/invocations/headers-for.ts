import type { HeaderList } from '../../http-client/header-list.ts';
import type { Role } from '../../model/account.ts';
import type { HeaderBox } from '../../secrets/header-box.ts';
import { seesGuarded } from '../../secrets/sees-guarded.ts';
import { shownRequestHeaders } from '../../secrets/shown-request-headers.ts';
import { shownResponseHeaders } from '../../secrets/shown-response-headers.ts';

/** The headers of an attempt as one caller sees them. */
export interface ShowHeaders {
  ofRequest(headers: HeaderList): HeaderList;
  ofResponse(headers: HeaderList): HeaderList;
}

/** Shows the headers of attempts to a role. */
export function headersFor(role: Role, box: HeaderBox): ShowHeaders {
  return seesGuarded(role)
    ? {
        ofRequest: (headers) => shownRequestHeaders(headers, box, 'harmless'),
        ofResponse: (headers) => headers,
      }
    : {
        ofRequest: (headers) => shownRequestHeaders(headers, box, 'none'),
        ofResponse: shownResponseHeaders,
      };
}
