//! The five portals of `motcua demo`: relying parties, written as somebody else's software would be.
//!
//! They know the provider by its issuer alone and everything else by its discovery document. Nothing here names the
//! provider's own modules but `base`.

mod about;
mod after;
mod before;
mod board;
mod emblem;
mod html;
mod id_token;
mod journey;
mod kind;
mod labels;
mod lang;
mod look;
mod relying_party;
mod site;
#[cfg(test)]
mod tests;
mod trouble;
mod visitor;

use std::io;
use std::sync::Arc;

use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

pub use board::Board;
pub use html::Text;
pub use html::moment;
pub use kind::Basis;
pub use kind::Kind;
pub use lang::Lang;
pub use look::unbroken;

use crate::base::secret::Secret;

/// One of the five portals.
pub struct Portal {
    /// Which.
    pub kind: Kind,
    /// The issuer that it trusts, such as `http://localhost:8080`.
    pub issuer: String,
    /// Its client identifier there.
    pub client_id: String,
    /// Its client secret there.
    pub client_secret: Secret<String>,
    /// Where browsers find it, such as `http://localhost:8081`; its redirect URI is this and `/callback`, people return to
    /// this and `/?out` after signing out, and frames tell it of that at this and `/front-channel-logout`.
    pub origin: String,
    /// The other portals' origins.
    pub siblings: Vec<(Kind, String)>,
}

/// Serves `portal` until `stop`; requests in flight are finished.
pub async fn serve(
    portal: Portal,
    board: Arc<Board>,
    listener: TcpListener,
    stop: CancellationToken,
) -> io::Result<()> {
    let routes = site::routes(portal, board).map_err(io::Error::other)?;
    axum::serve(listener, routes).with_graceful_shutdown(stop.cancelled_owned()).await
}
