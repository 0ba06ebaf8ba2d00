-- Queues and registers are asked for by service, so that is what their indexes begin with.
CREATE INDEX licensing_cases_queue ON licensing_cases (service_id, state, (coalesce(due_at, 'infinity'::timestamptz)), id)
  WHERE submitted_at IS NOT NULL;
DROP INDEX licensing_cases_by_queue;
CREATE INDEX licensing_licences_by_service ON licensing_licences (service_id, id DESC);
DROP INDEX licensing_licences_by_agency;
