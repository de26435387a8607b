//! The page that asks for more, on the way to a service: what it takes, and what becomes of who has nothing of it.

use super::Step;
use super::is_over;
use super::login::Resumed;
use super::next;
use super::refused;
use crate::app::App;
use crate::base::fault::Fault;
use crate::base::time::Timestamp;
use crate::i18n::Lang;
use crate::identity::assurance::Acr;
use crate::identity::proof::Proved;
use crate::parts::authenticate;
use crate::parts::authenticate::Ways;
use crate::parts::authenticate::text;
use crate::parts::sessions;
use crate::parts::sessions::Visitor;
use crate::protocol::error::ErrorCode;
use crate::protocol::error::OAuthError;

/// How somebody leaves the page who does not prove what it asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WayOut {
    /// The service takes less: on with what is proved, as far as that goes.
    Without,
    /// The service takes no less: it is told so.
    GiveUp,
}

/// What somebody lacks.
pub struct Lacking {
    /// By what they prove it.
    pub ways: Ways,
    /// How they leave without.
    pub out: Option<WayOut>,
}

/// What lacks of who is signing in; `None` where nothing was proved, or nothing lacks.
pub async fn lacking(
    app: &App,
    Resumed { login, client, .. }: &Resumed,
    now: Timestamp,
) -> Result<Option<Lacking>, Fault> {
    let Some(proved) = authenticate::alive(login.proved.as_ref(), now) else { return Ok(None) };
    let wanted = login.wanted(client);
    let asked = wanted.and_then(|wanted| wanted.asked_of(proved.person));
    let essential = wanted.and_then(|wanted| wanted.essential);
    let Some(ways) = authenticate::ways(app, proved, asked).await? else { return Ok(None) };
    // Who has a second factor is asked for it even where the service takes less, unless they are signed in already.
    let goes_on = asked > essential && authenticate::ways(app, proved, essential).await? != Some(ways);
    let out = match goes_on {
        true => Some(WayOut::Without),
        false => essential.filter(|class| *class > Acr::One).map(|_| WayOut::GiveUp),
    };
    Ok(Some(Lacking { ways, out }))
}

/// Leaves the page. It opens nothing: whose session does not reach where the way leads signs in, or is asked, as before.
pub async fn leave(app: &App, resumed: Resumed, out: WayOut, visitor: &Visitor, now: Timestamp) -> Result<Step, Fault> {
    let Resumed { mut login, client, .. } = resumed;
    let session = sessions::present(app, visitor, now).await?;
    let takes_no_less = login.wanted(&client).is_some_and(|wanted| wanted.essential > Some(Acr::One));
    match out {
        WayOut::GiveUp if takes_no_less && !is_over(app, &login, session.as_deref()).await? => {
            let code = ErrorCode::UnmetAuthenticationRequirements;
            let error = OAuthError::new(code, "the person does not reach the class that is demanded");
            Ok(refused(app, &login, &error, now))
        }
        WayOut::GiveUp => next(app, &client, login, session, now).await,
        WayOut::Without => {
            login.without = login.proved.as_ref().map(|proved| proved.person);
            next(app, &client, login, session, now).await
        }
    }
}

/// Whether what was proved rests on a session that has ended: nothing more proves anything beside it.
pub async fn is_signed_out(app: &App, Resumed { login, .. }: &Resumed, now: Timestamp) -> Result<bool, Fault> {
    let Some(id) = login.proved.as_ref().and_then(Proved::session) else { return Ok(false) };
    Ok(sessions::alive(app, id, now).await?.is_none())
}

/// Sends a code to who is signing in; what the page carries then. `None` where nothing can be sent.
pub async fn send_text(
    app: &App,
    Resumed { login, .. }: &Resumed,
    lang: Lang,
    visitor: &Visitor,
    now: Timestamp,
) -> Result<Option<String>, Fault> {
    let Some(proved) = authenticate::alive(login.proved.as_ref(), now) else { return Ok(None) };
    text::send(app, proved, lang, visitor, now).await
}
