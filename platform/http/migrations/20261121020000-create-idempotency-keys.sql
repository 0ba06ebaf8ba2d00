-- Answers to requests that carried an Idempotency-Key, so that a repeated request is answered and not done again.
CREATE TABLE http_idempotency_keys (
  key text PRIMARY KEY,
  fingerprint text NOT NULL,
  claimed_until timestamptz NOT NULL,
  expires_at timestamptz NOT NULL,
  status integer,
  headers jsonb,
  body bytea,
  CHECK ((status IS NULL) = (headers IS NULL) AND (status IS NULL) = (body IS NULL))
);

CREATE INDEX http_idempotency_keys_expires_at ON http_idempotency_keys (expires_at);
