//! What the two pages that ask for more share.

use axum::response::Response;
use http::StatusCode;

use super::late;
use super::sign_in_form;
use crate::base::fault::Fault;
use crate::base::secret::Secret;
use crate::http::Web;
use crate::http::extract::language::Reader;
use crate::http::pages::Asker;
use crate::http::pages::Late;
use crate::http::pages::Second;
use crate::http::pages::SecondAlert;
use crate::http::pages::ShownWayOut;
use crate::http::pages::ShownWays;
use crate::http::pages::using_passkey;
use crate::http::respond;
use crate::http::respond::Policy;
use crate::parts::authenticate::Presented;
use crate::parts::authenticate::Refusal;
use crate::parts::authenticate::Ways;
use crate::parts::authenticate::code;
use crate::parts::letters::Channel;
use crate::protocol::oauth::parameters::Parameters;

/// A page that is to be shown.
pub struct Form<'a> {
    /// Where it is sent.
    pub action: &'static str,
    /// The sealed sign-in in progress.
    pub login: &'a str,
    /// Who asks, if it is not the person alone.
    pub asker: Option<&'a Asker>,
    /// What it takes.
    pub ways: Ways,
    /// What it carries of a code that was sent to a telephone.
    pub sent: Option<&'a str>,
    /// How somebody leaves who does not give it.
    pub out: Option<ShownWayOut>,
    /// Where somebody begins anew.
    pub afresh: &'a str,
    /// What went wrong.
    pub alert: Option<SecondAlert>,
    /// Where the form leads.
    pub policy: Policy,
}

/// The page.
pub fn page(web: &Web, reader: &Reader, form: Form<'_>) -> Response {
    let Form { action, login, asker, ways, sent, out, afresh, alert, policy } = form;
    let view = Second {
        frame: reader.frame(web, Some(&format!("{action}?login={login}"))),
        asker,
        form_action: action,
        login,
        ways: ShownWays { code: ways.code, app: ways.app, paper: ways.paper, text: ways.text, passkey: ways.passkey },
        sent,
        late: if ways.text { late::of(web, &[Channel::Sms]) } else { Late::default() },
        out,
        afresh,
        alert,
    };
    let (status, wait) = match alert {
        None | Some(SecondAlert::Code | SecondAlert::Passkey | SecondAlert::NotSent) => (StatusCode::OK, None),
        Some(SecondAlert::TooManyTries { wait }) => (StatusCode::TOO_MANY_REQUESTS, Some(wait)),
        Some(SecondAlert::Busy { wait }) => (StatusCode::SERVICE_UNAVAILABLE, Some(wait)),
    };
    let policy = if ways.passkey { policy.running(using_passkey()).asking() } else { policy };
    respond::retry_after(respond::page(status, view.render(), &policy), wait)
}

/// How somebody leaves the page, if they do.
pub fn choice(parameters: &Parameters) -> Option<ShownWayOut> {
    let choice = parameters.get("choice")?;
    [ShownWayOut::Without, ShownWayOut::GiveUp].into_iter().find(|out| out.choice() == choice)
}

/// Whether a code is to be sent to a telephone.
pub fn asks_for_text(parameters: &Parameters) -> bool {
    parameters.get("text").is_some()
}

/// What the page carries of a code that was sent.
pub fn sent(parameters: &Parameters) -> Option<&str> {
    parameters.get("sent").filter(|sent| !sent.is_empty())
}

/// The same, of a page that does not ask for another code.
pub fn answered(parameters: &Parameters) -> Option<&str> {
    sent(parameters).filter(|_| !asks_for_text(parameters))
}

/// What was presented: a passkey, or else a code.
pub fn presented(parameters: &Parameters) -> Presented {
    sign_in_form::passkey(parameters).map_or_else(
        || {
            let code = Secret::new(parameters.get("otp").unwrap_or_default().to_owned());
            Presented::Code(code::Typed { code, sent: sent(parameters).map(str::to_owned) })
        },
        Presented::Passkey,
    )
}

/// What stands on the page where it proved nothing.
pub fn refused(parameters: &Parameters, refusal: Refusal) -> SecondAlert {
    match refusal {
        Refusal::Wait(wait) => SecondAlert::TooManyTries { wait },
        Refusal::Wrong if sign_in_form::passkey(parameters).is_some() => SecondAlert::Passkey,
        Refusal::Wrong => SecondAlert::Code,
    }
}

/// What stands on the page where it could not be looked at for now.
pub fn put_off(fault: Fault) -> Result<SecondAlert, Fault> {
    sign_in_form::wait_of(fault).map(|wait| SecondAlert::Busy { wait })
}
