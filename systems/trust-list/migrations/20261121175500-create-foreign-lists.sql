-- Trusted lists of others: the newest of each address that verified, and what became of the last attempt. A list that fails never replaces one that held.
CREATE TABLE trust_list_foreign (
  location text PRIMARY KEY,
  territory text NOT NULL,
  is_list_of_lists boolean NOT NULL,
  sequence integer,
  sha256 text,
  xml bytea,
  next_update timestamptz,
  verified_at timestamptz,
  tried_at timestamptz NOT NULL,
  -- Code of the check that refused the newest download; null when it held.
  problem text
);
