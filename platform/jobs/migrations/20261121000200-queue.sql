CREATE TABLE jobs_queue (
  id uuid PRIMARY KEY,
  -- Order of arrival, also within one millisecond.
  seq int8 GENERATED ALWAYS AS IDENTITY UNIQUE,
  kind text NOT NULL,
  payload jsonb NOT NULL,
  state text NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'running', 'dead')),
  run_at timestamptz NOT NULL,
  attempt int NOT NULL DEFAULT 0,
  -- A second job with the same key is not added while the first has not begun.
  dedupe_key text,
  -- Jobs of one kind with the same key run one after the other.
  order_key text,
  leased_until timestamptz,
  leased_by uuid,
  last_error text,
  created_at timestamptz NOT NULL
);

CREATE UNIQUE INDEX jobs_queue_dedupe ON jobs_queue (kind, dedupe_key)
  WHERE state = 'waiting' AND dedupe_key IS NOT NULL;
CREATE INDEX jobs_queue_due ON jobs_queue (kind, run_at, seq) WHERE state = 'waiting';
CREATE INDEX jobs_queue_leases ON jobs_queue (kind, leased_until) WHERE state = 'running';
CREATE INDEX jobs_queue_order ON jobs_queue (kind, order_key, seq)
  WHERE order_key IS NOT NULL AND state <> 'dead';

CREATE TABLE jobs_schedules (
  name text PRIMARY KEY,
  every_ms int8 NOT NULL CHECK (every_ms > 0),
  next_at timestamptz NOT NULL
);

CREATE TABLE jobs_subscriptions (
  type text NOT NULL,
  name text NOT NULL,
  PRIMARY KEY (type, name)
);
