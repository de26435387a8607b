//! The guarded way out, against peers that speak TLS.

mod fetch;
mod peer;
