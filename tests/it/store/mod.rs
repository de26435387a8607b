//! The store: the ledger, caches across replicas, statements on both engines.
