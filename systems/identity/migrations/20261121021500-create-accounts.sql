CREATE TABLE identity_accounts (
  id uuid PRIMARY KEY,
  username text NOT NULL UNIQUE CHECK (username ~ '^[a-z0-9][a-z0-9._-]{1,62}$'),
  display_name jsonb NOT NULL,
  roles text[] NOT NULL,
  agency jsonb,
  password_hash text NOT NULL,
  -- Demo accounts have a password that everybody knows; a process that is no demo takes them for absent.
  demo boolean NOT NULL DEFAULT false,
  created_at timestamptz NOT NULL
);

CREATE TABLE identity_sessions (
  -- SHA-256 of the token in the cookie; the token itself is kept nowhere.
  token_hash bytea PRIMARY KEY,
  id uuid NOT NULL UNIQUE,
  account_id uuid NOT NULL REFERENCES identity_accounts (id) ON DELETE CASCADE,
  created_at timestamptz NOT NULL,
  seen_at timestamptz NOT NULL,
  expires_at timestamptz NOT NULL
);

CREATE INDEX identity_sessions_account_id ON identity_sessions (account_id);
CREATE INDEX identity_sessions_expires_at ON identity_sessions (expires_at);

-- Failed sign-ins by a hash of account name and network address, or of the address alone.
CREATE TABLE identity_failures (
  key text PRIMARY KEY,
  failures integer NOT NULL,
  window_ends_at timestamptz NOT NULL
);

CREATE INDEX identity_failures_window_ends_at ON identity_failures (window_ends_at);
