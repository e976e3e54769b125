-- All of a webhook waits, or does no longer: its breaker opened or closed, or it was paused or resumed.
alter type delta_kind add value 'held';
alter type delta_kind add value 'released';

-- Why, of these two kinds: a reason of the query language.
alter table delta add column reason_code text;
