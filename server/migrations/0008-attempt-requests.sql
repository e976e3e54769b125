-- Where each attempt went, as it was sent, with a key in the query masked. Null for attempts that
-- were recorded before, and for requests that could not be composed.
alter table attempt
  add column method text,
  add column url text;
