-- Who stamps with a key, and how much. NULL quotas mean: without limit. policies: OIDs that may be asked for; empty means all.
CREATE TABLE timestamp_subscribers (
  id uuid PRIMARY KEY,
  version integer NOT NULL DEFAULT 1,
  name text NOT NULL,
  contact text NOT NULL,
  purpose text NOT NULL,
  owner text,
  state text NOT NULL CHECK (state IN ('requested', 'active', 'suspended', 'closed')),
  policies jsonb NOT NULL,
  per_second integer CHECK (per_second > 0),
  per_day bigint CHECK (per_day > 0),
  per_month bigint CHECK (per_month > 0),
  created_by text NOT NULL,
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL
);
CREATE INDEX timestamp_subscribers_owner ON timestamp_subscribers (owner, id);

-- Keys are shown once; what is kept is SHA-256 of 256 random bits.
CREATE TABLE timestamp_subscriber_keys (
  id text PRIMARY KEY,
  subscriber uuid NOT NULL REFERENCES timestamp_subscribers (id),
  label text NOT NULL,
  secret_sha256 bytea NOT NULL,
  -- The key that this one takes over from, while both are valid.
  replaces text REFERENCES timestamp_subscriber_keys (id),
  created_by text NOT NULL,
  created_at timestamptz NOT NULL,
  expires_at timestamptz NOT NULL,
  revoked_at timestamptz,
  last_used_at timestamptz
);
CREATE INDEX timestamp_subscriber_keys_subscriber ON timestamp_subscriber_keys (subscriber, created_at);

-- What processes have taken of a quota, in blocks: never more than the quota. period: 2026-11-21 or 2026-11, in Bangkok.
CREATE TABLE timestamp_quota_leases (
  subscriber uuid NOT NULL REFERENCES timestamp_subscribers (id),
  period text NOT NULL,
  leased bigint NOT NULL CHECK (leased >= 0),
  PRIMARY KEY (subscriber, period)
);

-- Counted in memory and added here each second. subscriber: an id, or "anonymous". day: in Bangkok.
CREATE TABLE timestamp_usage (
  day text NOT NULL,
  subscriber text NOT NULL,
  policy text NOT NULL,
  outcome text NOT NULL,
  requests bigint NOT NULL,
  digests bigint NOT NULL,
  tokens bigint NOT NULL,
  PRIMARY KEY (subscriber, day, policy, outcome)
);
CREATE INDEX timestamp_usage_day ON timestamp_usage (day, subscriber);
