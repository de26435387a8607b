//! One interaction gives one code. Pushed requests (RFC 9126 §4) and request objects with an identifier (RFC 7519 §4.1.7)
//! count once besides: of two sign-ins that one led to, one ends. A repetition by the same browser gets the same code again,
//! until it is redeemed.

use uuid::Uuid;

use super::login::Login;
use crate::app::App;
use crate::base::fault::Fault;
use crate::parts::clients::Client;
use crate::parts::request::answered;
use crate::parts::request::answered::Answered;
use crate::parts::request::pushed;
use crate::protocol::error::ErrorCode;
use crate::protocol::error::OAuthError;
use crate::store::grants;

/// What becomes of an interaction that could give a code.
pub enum Outcome {
    /// It gives the code with this id.
    Code(Uuid),
    /// It gave one, which was redeemed.
    Over,
    /// What it rests on was used by another.
    Refused(OAuthError),
}

/// Decides for `person`, with the database's last word.
pub async fn settle(app: &App, client: &Client, login: &Login, person: Uuid) -> Result<Outcome, Fault> {
    let own = login.grant(person);
    let Some(what) = login.counts_once() else { return Ok(Outcome::Code(own)) };
    let used = Answered { browser: login.browser().to_owned(), person, grant: own, pushed: None };
    match use_up(app, login).await? {
        Ok(request) => {
            answered::note(app, client, &what, Answered { pushed: request, ..used }).await;
            Ok(Outcome::Code(own))
        }
        Err(error) => match answered::find(app, &what).await?.filter(|first| first.is_repeated_by(&used)) {
            Some(first) if grants::exists(&app.db, first.grant).await? => Ok(Outcome::Over),
            Some(first) => Ok(Outcome::Code(first.grant)),
            None => Ok(Outcome::Refused(error)),
        },
    }
}

/// Uses up what of a request counts once; what was pushed comes back.
async fn use_up(app: &App, login: &Login) -> Result<Result<Option<Vec<u8>>, OAuthError>, Fault> {
    let mut request = None;
    if let Some(reference) = &login.pushed {
        request = pushed::use_up(app, reference).await?;
        if request.is_none() {
            return Ok(Err(OAuthError::new(ErrorCode::InvalidRequestUri, "request_uri was used before")));
        }
    }
    if let Some(object) = login.object
        && !app.ledger.use_once(object).await?
    {
        return Ok(Err(OAuthError::new(ErrorCode::InvalidRequestObject, "the request object was used before")));
    }
    Ok(Ok(request))
}
