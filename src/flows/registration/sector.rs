//! The sector of a client that registered itself: OpenID Connect Core §8.1.

use uuid::Uuid;

use crate::app::App;
use crate::outbound::Expect;
use crate::outbound::Request;
use crate::protocol::error::Error;
use crate::protocol::error::OAuthError;
use crate::protocol::oauth::client_metadata::ClientMetadata;
use crate::protocol::oauth::client_metadata::registration::refused;
use crate::protocol::oauth::client_metadata::sector::Sector;
use crate::protocol::oidc::subject;
use crate::store::registrations::OF_HOSTS;
use crate::store::registrations::OF_ONE;

/// A sector with the identifier that belongs to its name.
pub struct Named {
    /// Its name; none that a declaration can give.
    pub name: String,
    /// Its identifier.
    pub id: Uuid,
}

/// No list of redirect URIs has more entries.
const MOST: usize = 1000;

/// The sector of a client with this id, once its list of redirect URIs was looked at.
pub async fn of(app: &App, metadata: &ClientMetadata, id: &str) -> Result<Named, Error> {
    let sector = metadata.sector().map_err(|(member, why)| refused(member, &why))?;
    let name = match sector {
        Sector::Host(host) => format!("{OF_HOSTS}{host}"),
        Sector::Alone => format!("{OF_ONE}{id}"),
    };
    if let Some(uri) = &metadata.sector_identifier_uri {
        check_list(app, (&name, uri), &metadata.redirect_uris).await?;
    }
    Ok(Named { id: subject::sector(app.pairwise.expose(), &name), name })
}

/// OpenID Connect Registration §5: "The values registered in `redirect_uris` MUST be included in the elements of the
/// array, or registration MUST fail."
async fn check_list(app: &App, (sector, uri): (&str, &str), redirect_uris: &[String]) -> Result<(), OAuthError> {
    // What exactly went wrong would tell a stranger about networks that only we reach.
    let unread = |why: &dyn std::fmt::Display| refused("sector_identifier_uri", "could not be read").because(why);
    let answer = app.fetch.send(Request::get(sector, uri, Expect::Json)).await.map_err(|why| unread(&why))?;
    let list: Vec<String> = serde_json::from_slice(&answer.body)
        .map_err(|why| refused("sector_identifier_uri", "does not hold a JSON array of strings").because(why))?;
    if list.len() > MOST {
        return Err(refused("sector_identifier_uri", "its list has more than 1000 entries"));
    }
    match redirect_uris.iter().find(|uri| !list.contains(uri)) {
        None => Ok(()),
        Some(_) => Err(refused("sector_identifier_uri", "its list lacks one of redirect_uris")),
    }
}
