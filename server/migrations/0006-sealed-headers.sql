-- Values of custom headers are often keys, so they are encrypted with HOOKTRAIL_SECRET_KEY, like
-- authentication. SQL does not have the key: the node encrypts the rows that still have custom_headers
-- when it starts, and empties that column. A row with both was last written by an older node, so
-- custom_headers counts.

alter table webhook add column sealed_headers bytea;
