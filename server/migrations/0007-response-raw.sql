-- The kept bytes of an answer whose text is shown decoded: out of gzip, or out of a charset of its
-- own.
alter table attempt add column response_raw bytea;

-- From here on manual_count of an invocation is the number of all attempts outside its schedule:
-- manual ones, and those whose outcome Hooktrail caused.
