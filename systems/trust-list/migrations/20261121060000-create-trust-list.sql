-- The services of the list, each with every status that it ever had; nothing is deleted, because a signature is judged by the past.
CREATE TABLE trust_list_states (
  service text NOT NULL,
  since timestamptz NOT NULL,
  status text NOT NULL CHECK (status IN ('granted', 'withdrawn')),
  kind text NOT NULL,
  name_th text NOT NULL,
  name_en text NOT NULL,
  provider_th text NOT NULL,
  provider_en text NOT NULL,
  certificate bytea NOT NULL,
  PRIMARY KEY (service, since)
);

-- Keys that sign the list: one row per generation, the newest signs, the earlier ones stay pinned while their lists are valid.
CREATE TABLE trust_list_signers (
  generation integer PRIMARY KEY,
  certificate bytea NOT NULL,
  key_label text NOT NULL UNIQUE,
  not_after timestamptz NOT NULL,
  created_at timestamptz NOT NULL
);

-- Every list that was published. The number is taken by inserting: two processes never publish two lists with one number.
CREATE TABLE trust_list_lists (
  sequence integer PRIMARY KEY,
  xml bytea NOT NULL,
  sha256 text NOT NULL,
  -- SHA-256 of what the list says apart from its number and dates: when it is the same, no new list is needed.
  content_sha256 text NOT NULL,
  signer integer NOT NULL REFERENCES trust_list_signers (generation),
  issued_at timestamptz NOT NULL,
  next_update timestamptz NOT NULL
);
