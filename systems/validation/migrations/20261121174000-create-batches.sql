-- Results that are kept, and batches that are judged by jobs. A row is found by its unguessable id alone; there is no list.
CREATE TABLE validation_batches (
  id text PRIMARY KEY,
  -- SHA-256 of who asked (account, or network address): counts quotas, and says nothing by itself.
  asker text NOT NULL,
  state text NOT NULL CHECK (state IN ('receiving', 'waiting', 'running', 'done', 'cancelled')),
  keep boolean NOT NULL,
  -- What every document of the batch is judged by: time, policy, anchors of the asker, files beside signatures.
  terms jsonb NOT NULL,
  total integer NOT NULL DEFAULT 0,
  -- Key of the documents while they wait; gone when they are.
  document_key bytea,
  created_at timestamptz NOT NULL,
  finished_at timestamptz,
  expires_at timestamptz NOT NULL,
  leased_by text,
  leased_until timestamptz
);
CREATE INDEX validation_batches_expires ON validation_batches (expires_at);
CREATE INDEX validation_batches_asker ON validation_batches (asker, created_at);

-- One row per document.
CREATE TABLE validation_items (
  batch text NOT NULL REFERENCES validation_batches (id) ON DELETE CASCADE,
  position integer NOT NULL,
  name text,
  segment integer,
  at_byte integer,
  bytes integer,
  attempts integer NOT NULL DEFAULT 0,
  -- Null while it waits.
  verdict text CHECK (verdict IN ('passed', 'failed', 'indeterminate')),
  problem text,
  result jsonb,
  PRIMARY KEY (batch, position)
);
CREATE INDEX validation_items_waiting ON validation_items (batch, segment, position) WHERE verdict IS NULL;

-- Documents of a batch, several to a file, encrypted under the key of the batch. The row is there before the file, so that nothing stays behind
-- when a process dies in between.
CREATE TABLE validation_segments (
  batch text NOT NULL,
  segment integer NOT NULL,
  blob text NOT NULL,
  created_at timestamptz NOT NULL,
  PRIMARY KEY (batch, segment)
);

-- Answers of certification authorities while they are fresh: issuers, CRLs, OCSP.
CREATE TABLE validation_evidence (
  key text PRIMARY KEY,
  url text NOT NULL,
  answer bytea NOT NULL,
  fetched_at timestamptz NOT NULL,
  fresh_until timestamptz NOT NULL
);
CREATE INDEX validation_evidence_fresh ON validation_evidence (fresh_until);
