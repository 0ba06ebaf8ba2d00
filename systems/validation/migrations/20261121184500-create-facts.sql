-- The data behind a result (diagnostic data and detailed report, JSON, gzip): other formats of its report are made of them. Deleted with the batch.
CREATE TABLE validation_facts (
  batch text NOT NULL REFERENCES validation_batches (id) ON DELETE CASCADE,
  position integer NOT NULL,
  facts bytea NOT NULL,
  PRIMARY KEY (batch, position)
);
