//! In which office an access token for the API lets its bearer act.

use crate::app::App;
use crate::base::fault::Fault;
use crate::base::time::Timestamp;
use crate::i18n::Lang;
use crate::identity::authority::Holder;
use crate::identity::authority::Office;
use crate::parts::authority;
use crate::protocol::error::ErrorCode;
use crate::protocol::error::OAuthError;

/// The office that is asked for, if it is one of the holder's; the only one that they have where none is.
pub async fn choose(
    app: &App,
    holder: &Holder,
    asked: Option<&str>,
    now: Timestamp,
) -> Result<Result<Office, OAuthError>, Fault> {
    let mut own = authority::offices(app, holder, now, Lang::En).await?.into_iter().map(|one| one.office);
    let refused = |why: &'static str| OAuthError::new(ErrorCode::InvalidTarget, why);
    let Some(asked) = asked else {
        return Ok(match (own.next(), own.next()) {
            (Some(only), None) => Ok(only),
            (None, _) => Err(refused("there is no office to act in: no right counts now")),
            (Some(_), Some(_)) => Err(refused("there are several offices to act in: office must say which")),
        });
    };
    let wanted = Office::parse(asked);
    Ok(own.find(|one| Some(one) == wanted.as_ref()).ok_or_else(|| refused("office is none of its bearer's")))
}
