//! Whether a software statement counts: RFC 7591 §2.3 and §3.1.1.

use serde_json::Map;
use serde_json::Value;

use crate::app::App;
use crate::base::fault::Fault;
use crate::base::time::Timestamp;
use crate::config::registration::Need;
use crate::config::registration::StatementIssuer;
use crate::jose::jwk::JwkSet;
use crate::outbound;
use crate::outbound::Request;
use crate::protocol::error::Error;
use crate::protocol::error::ErrorCode;
use crate::protocol::error::OAuthError;
use crate::protocol::oauth::client_metadata::registration::Requested;
use crate::protocol::oauth::software_statement::Expect;
use crate::protocol::oauth::software_statement::Statement;

/// A statement that counts.
pub struct Verified {
    /// As it was sent: it is returned "unmodified" (§3.2.1).
    pub text: String,
    /// What it says.
    pub claims: Map<String, Value>,
}

/// The statement of a request. A deployment that trusts nobody's passes over it, as a server may that does not support
/// them (§3.1.1).
pub async fn verified(app: &App, requested: &Requested, now: Timestamp) -> Result<Option<Verified>, Error> {
    let config = &app.config.registration;
    if config.software_statement_issuers.is_empty() {
        return Ok(None);
    }
    let invalid =
        |why: &str| OAuthError::new(ErrorCode::InvalidSoftwareStatement, "the statement is not valid").because(why);
    let Some(text) = requested.text("software_statement").map_err(|error| invalid(&error.description))? else {
        return match config.software_statement {
            Need::Optional => Ok(None),
            Need::Required => Err(unapproved("a registration needs a software statement here").into()),
        };
    };
    let statement = Statement::read(text).map_err(|why| invalid(&why))?;
    let issuer = config.software_statement_issuers.iter().find(|known| known.issuer == statement.issuer);
    let issuer = issuer.ok_or_else(|| unapproved("statements of this issuer do not count here"))?;
    let keys = keys(app, issuer).await?;
    let expect = Expect { keys: &keys, audience: &app.config.server.issuer, now };
    let claims = statement.verify(&expect).map_err(|why| invalid(&why))?;
    Ok(Some(Verified { text: text.to_owned(), claims }))
}

fn unapproved(why: &'static str) -> OAuthError {
    OAuthError::new(ErrorCode::UnapprovedSoftwareStatement, why)
}

/// The keys of an issuer. They are read anew each time: registrations are rare, and a key that was withdrawn must not count.
async fn keys(app: &App, issuer: &StatementIssuer) -> Result<JwkSet, Fault> {
    let unread = |why: &dyn std::fmt::Display| Fault::unavailable(format!("keys of {}: {why}", issuer.issuer));
    let bytes = match (&issuer.jwks, &issuer.jwks_uri) {
        (Some(path), _) => tokio::fs::read(path).await.map_err(|why| unread(&why))?,
        (None, Some(uri)) => {
            let request = Request::get(&issuer.issuer, uri, outbound::Expect::Json).in_lane(outbound::Lane::Declared);
            app.fetch.send(request).await.map_err(|why| unread(&why))?.body
        }
        (None, None) => Vec::new(),
    };
    let text = String::from_utf8(bytes).map_err(|why| unread(&why))?;
    JwkSet::parse(&text).map_err(|why| unread(&why))
}
