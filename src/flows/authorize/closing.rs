//! Who signs in while the account closes: the service gets nothing before they keep it.

use std::sync::Arc;

use super::AuthorizationResponse;
use super::Step;
use super::login::Resumed;
use super::next;
use crate::app::App;
use crate::base::fault::Fault;
use crate::base::time::Timestamp;
use crate::parts::leaving;
use crate::parts::sessions;
use crate::parts::sessions::Visitor;
use crate::protocol::error::ErrorCode;
use crate::protocol::error::OAuthError;
use crate::store::outbox::Ended;

/// What a person decides.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decision {
    /// The account goes on, and so does the sign-in.
    Keep,
    /// It closes: the service is told that nothing came of the sign-in, and the person is signed out.
    Close,
}

/// Takes the decision of whom the page asked, and goes on.
pub async fn decided(
    app: &Arc<App>,
    resumed: Resumed,
    decision: Decision,
    visitor: &Visitor,
    now: Timestamp,
) -> Result<Step, Fault> {
    let Resumed { login, client, .. } = resumed;
    let live = sessions::current(app, visitor, now).await?;
    let asked = live.as_ref().filter(|live| login.asked_of == Some(live.session.person_id));
    let closing = asked.filter(|live| live.session.closes_at().is_some());
    match (decision, closing) {
        (Decision::Keep, Some(live)) => {
            leaving::keep(app, live).await?;
            let live = sessions::current(app, visitor, now).await?;
            next(app, &client, login, live, now).await
        }
        // Without a session it was decided before: the same form once more.
        (Decision::Close, closing) if closing.is_some() || live.is_none() && login.asked_of.is_some() => {
            if let Some(live) = closing {
                sessions::end(app, Ended { session: live.session.id, person: live.session.person_id }, now).await?;
            }
            let error = OAuthError::new(ErrorCode::AccessDenied, "the person closes the account");
            Ok(Step::Answer(AuthorizationResponse::error(app, (&client.id, ""), login.request.address(), &error, now)))
        }
        _ => next(app, &client, login, live, now).await,
    }
}
