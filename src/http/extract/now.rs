//! The instant at which a request is answered.

use std::convert::Infallible;
use std::sync::Arc;

use axum::extract::FromRequestParts;
use http::request::Parts;

use crate::base::time::Timestamp;
use crate::http::Web;

/// For requests without a body. Where one is read, its handler reads the clock after it: what is signed on the way to us
/// would lie in the future of an earlier instant.
pub struct Now(pub Timestamp);

impl FromRequestParts<Arc<Web>> for Now {
    type Rejection = Infallible;

    async fn from_request_parts(_: &mut Parts, web: &Arc<Web>) -> Result<Self, Infallible> {
        Ok(Self(web.app.clock.now()))
    }
}
