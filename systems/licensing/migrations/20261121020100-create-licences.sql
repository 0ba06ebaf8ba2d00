-- The last number of each series. The row is locked until the licence that takes the number is committed: no gap, no double.
CREATE TABLE licensing_numbers (
  series text PRIMARY KEY,
  last bigint NOT NULL CHECK (last > 0)
);

CREATE TABLE licensing_licences (
  id uuid PRIMARY KEY,
  case_id uuid NOT NULL UNIQUE REFERENCES licensing_cases (id),
  public_id text NOT NULL UNIQUE,
  number text NOT NULL UNIQUE,
  service_id text NOT NULL,
  service_version text NOT NULL,
  agency_id text NOT NULL,
  owner text NOT NULL,
  holder text NOT NULL,
  business_name text NOT NULL,
  search text NOT NULL,
  status text NOT NULL CHECK (status IN ('reserved', 'active', 'suspended', 'revoked', 'superseded')),
  status_since timestamptz NOT NULL,
  status_reason text,
  issued_at timestamptz NOT NULL,
  valid_from date NOT NULL,
  valid_to date,
  document_sha256 text UNIQUE,
  document_size integer,
  data_sha256 text,
  CHECK (status = 'reserved' OR (document_sha256 IS NOT NULL AND document_size > 0 AND data_sha256 IS NOT NULL)),
  CHECK (valid_to IS NULL OR valid_to >= valid_from)
);

CREATE INDEX licensing_licences_by_owner ON licensing_licences (owner, id DESC);
CREATE INDEX licensing_licences_by_agency ON licensing_licences (agency_id, id DESC);
