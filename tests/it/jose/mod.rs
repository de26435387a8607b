//! Signatures, encryption and keys: published vectors (RFC 7515, 7520, 7638, 8037, Wycheproof) and properties.

#![allow(clippy::indexing_slicing, clippy::panic, clippy::unwrap_used)] // clippy knows only `#[test]` functions as tests

mod jwe;
mod jwe_properties;
mod properties;
mod published;
mod rfc7520;
mod vectors;
mod wycheproof;
