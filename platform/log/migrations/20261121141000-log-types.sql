CREATE INDEX log_entries_type ON log_entries (type, index);
