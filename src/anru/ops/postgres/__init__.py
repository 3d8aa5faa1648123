"""An own PostgreSQL server under our own supervision: binaries, account, cluster, roles."""
