-- What earlier versions wrote of webhooks that were deleted: the outcomes of requests in flight, the breakers
-- that these opened, permits given back, an endpoint asked in that moment. Nothing else removes these rows.
-- Each table is read once: a webhook has at most 32 rows of delivery_count, and one of each other table.
delete from breaker b where not exists (select from webhook w where w.id = b.webhook_id);
delete from delivery_count c where not exists (select from webhook w where w.id = c.webhook_id);
delete from rate_window r where not exists (select from webhook w where w.id = r.webhook_id);
delete from handshake h where not exists (select from webhook w where w.id = h.webhook_id);
