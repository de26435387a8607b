//! Which answers are compressed.
//!
//! Whoever chooses a part of a page, and sees how long it is when it is compressed, learns of its other parts (BREACH: a
//! guess that stands there already costs fewer bytes). A page that tells of a person, or carries a code, next to what an
//! address or a form said, is therefore never compressed, whatever else protects it (our cookies do not come along when
//! another site's page loads ours, but do when it leads there). What is compressed says the same to everybody who asks for
//! it: style sheet, script and emblem; pages on which nobody is named and nothing stands that somebody sent; and errors,
//! which say what was sent, and no secret beside it. Each such answer is marked where it is made; none is by default.

use axum::response::Response;
use http::Extensions;
use http::HeaderMap;
use http::StatusCode;
use http::Version;
use tower_http::compression::CompressionLayer;
use tower_http::compression::Predicate;
use tower_http::compression::predicate::SizeAbove;

/// Marks an answer that holds nothing secret beside what somebody else chose.
#[derive(Clone, Copy)]
struct Open;

/// An answer that may be compressed.
pub fn open(mut response: Response) -> Response {
    response.extensions_mut().insert(Open);
    response
}

/// Compresses answers that are marked, by Brotli or gzip, as the browser likes (RFC 9110 §12.5.3).
pub fn layer() -> CompressionLayer<impl Predicate> {
    let marked = |_: StatusCode, _: Version, _: &HeaderMap, extensions: &Extensions| extensions.get::<Open>().is_some();
    CompressionLayer::new().no_deflate().no_zstd().compress_when(SizeAbove::new(512).and(marked))
}
