-- Until when the service asked not to be asked (Retry-After): whoever holds the source next waits as well.
alter table source add column wait_until timestamptz;
