-- What a registrar hands to somebody whose software enrols by itself: an ACME external account binding or an EST password.
CREATE TABLE enrolment_credentials (
  id text PRIMARY KEY,
  kind text NOT NULL CHECK (kind IN ('acme', 'est')),
  label text NOT NULL,
  -- ACME: the MAC key, which the server must know to verify. EST: SHA-256 of the random password.
  secret bytea NOT NULL,
  profile text NOT NULL,
  -- Domain names, each with everything below it, that may be certified; empty: any that is proven.
  names jsonb NOT NULL,
  organization text,
  created_by text NOT NULL,
  created_at timestamptz NOT NULL,
  expires_at timestamptz NOT NULL,
  revoked_at timestamptz,
  last_used_at timestamptz
);

-- Nonces that were given out and not yet used (RFC 8555 section 6.5).
CREATE TABLE enrolment_acme_nonces (
  nonce text PRIMARY KEY,
  expires_at timestamptz NOT NULL
);
CREATE INDEX enrolment_acme_nonces_expires ON enrolment_acme_nonces (expires_at);

CREATE TABLE enrolment_acme_accounts (
  id text PRIMARY KEY,
  thumbprint text NOT NULL UNIQUE,
  jwk jsonb NOT NULL,
  status text NOT NULL CHECK (status IN ('valid', 'deactivated', 'revoked')),
  contact jsonb NOT NULL,
  terms_agreed_at timestamptz,
  credential text UNIQUE REFERENCES enrolment_credentials (id),
  created_at timestamptz NOT NULL
);

CREATE TABLE enrolment_acme_orders (
  id text PRIMARY KEY,
  account text NOT NULL REFERENCES enrolment_acme_accounts (id),
  status text NOT NULL CHECK (status IN ('pending', 'ready', 'processing', 'valid', 'invalid')),
  identifiers jsonb NOT NULL,
  expires_at timestamptz NOT NULL,
  error jsonb,
  csr bytea,
  -- Until when the process that issues has the order for itself.
  leased_until timestamptz,
  certificate bytea,
  chain jsonb,
  -- ARI identifier of the certificate that this one takes over from (RFC 9773 section 5).
  replaces text UNIQUE,
  created_at timestamptz NOT NULL
);
CREATE INDEX enrolment_acme_orders_account ON enrolment_acme_orders (account, id);

CREATE TABLE enrolment_acme_authorizations (
  id text PRIMARY KEY,
  account text NOT NULL REFERENCES enrolment_acme_accounts (id),
  type text NOT NULL CHECK (type IN ('dns', 'ip')),
  value text NOT NULL,
  wildcard boolean NOT NULL,
  status text NOT NULL CHECK (status IN ('pending', 'valid', 'invalid', 'deactivated')),
  expires_at timestamptz NOT NULL,
  created_at timestamptz NOT NULL
);
CREATE INDEX enrolment_acme_authorizations_account ON enrolment_acme_authorizations (account, type, value);

CREATE TABLE enrolment_acme_order_authorizations (
  order_id text NOT NULL REFERENCES enrolment_acme_orders (id),
  authorization_id text NOT NULL REFERENCES enrolment_acme_authorizations (id),
  PRIMARY KEY (order_id, authorization_id)
);
CREATE INDEX enrolment_acme_order_authorizations_back ON enrolment_acme_order_authorizations (authorization_id);

CREATE TABLE enrolment_acme_challenges (
  id text PRIMARY KEY,
  authorization_id text NOT NULL REFERENCES enrolment_acme_authorizations (id),
  type text NOT NULL CHECK (type IN ('http-01', 'dns-01', 'tls-alpn-01')),
  token text NOT NULL,
  status text NOT NULL CHECK (status IN ('pending', 'processing', 'valid', 'invalid')),
  validated_at timestamptz,
  error jsonb
);
CREATE INDEX enrolment_acme_challenges_authorization ON enrolment_acme_challenges (authorization_id);

-- Which ACME account may revoke and renew what; the CA keeps the certificates themselves.
CREATE TABLE enrolment_certificates (
  sha256 text PRIMARY KEY,
  serial_hex text NOT NULL,
  authority text NOT NULL,
  ari_id text,
  account text REFERENCES enrolment_acme_accounts (id),
  credential text REFERENCES enrolment_credentials (id),
  subject_key_sha256 text NOT NULL,
  not_after timestamptz NOT NULL,
  created_at timestamptz NOT NULL
);
CREATE INDEX enrolment_certificates_ari ON enrolment_certificates (ari_id);
