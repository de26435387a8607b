//! N at once, one winner.
