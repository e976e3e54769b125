/** The address rules forbid all addresses of an endpoint, or its port. */
export class AddressRefused extends Error {
  readonly code = 'ADDRESS_REFUSED';
}
