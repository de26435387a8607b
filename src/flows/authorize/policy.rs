//! Whether the person signs in, chooses, is asked, or the client simply gets its code.

use uuid::Uuid;

use crate::app::App;
use crate::base::fault::Fault;
use crate::base::time::Timestamp;
use crate::flows::authorize::login;
use crate::flows::authorize::login::Known;
use crate::flows::authorize::login::Login;
use crate::flows::authorize::login::Resumed;
use crate::identity::assurance;
use crate::identity::consent::Asked;
use crate::identity::consent::must_ask;
use crate::identity::proof::Proof;
use crate::identity::proof::Proved;
use crate::parts::authenticate;
use crate::parts::clients::Client;
use crate::parts::consents;
use crate::parts::id_token_hint::Hint;
use crate::parts::issue::subject;
use crate::parts::leads;
use crate::parts::sessions;
use crate::parts::sessions::Visitor;
use crate::protocol::error::Error;
use crate::protocol::error::ErrorCode;
use crate::protocol::error::OAuthError;
use crate::protocol::oauth::authorization_request::AuthorizationRequest;
use crate::store::cache::LiveSession;
use crate::store::sessions::Session;

/// What comes next.
pub enum Verdict<'a> {
    /// The person signs in.
    SignIn,
    /// The person, who proved this by their session, proves more.
    StepUp(Proved),
    /// The person's sign-in of this moment leads somewhere first.
    Lead,
    /// The person says who goes on.
    Select,
    /// The person is asked for consent.
    Consent,
    /// The person, whose account closes then, keeps it or not.
    Closing(Timestamp),
    /// The client gets a code for this session.
    Grant(&'a Session),
}

/// Decides; with `prompt=none` what would need a page is an error (OpenID Connect Core §3.1.2.6).
pub async fn decide<'a>(
    app: &App,
    client: &Client,
    login: &Login,
    session: Option<&'a LiveSession>,
    now: Timestamp,
) -> Result<Verdict<'a>, Error> {
    let request = &login.request;
    if request.claims.essential_acr().is_some_and(|classes| !assurance::can_reach(&classes, app.passkeys.is_some())) {
        let code = ErrorCode::UnmetAuthenticationRequirements;
        return Err(OAuthError::new(code, "none of the essential acr values can be reached").into());
    }
    let wanted = wanted_subject(app, client, request, now).await?;
    let silent = |code: ErrorCode, description: &'static str, page: Verdict<'a>| {
        if request.prompt.none { Err(Error::from(OAuthError::new(code, description))) } else { Ok(page) }
    };
    let login_required = || silent(ErrorCode::LoginRequired, "nobody is signed in who could go on", Verdict::SignIn);
    let Some(live) = session else { return login_required() };
    let session = &live.session;
    let just_now = login.signed_in == Some(session.id);
    if !just_now && leads::holds_up(app, session, now) {
        return login_required();
    }
    if !just_now && (request.prompt.login || is_too_old(request, session, now)) {
        return login_required();
    }
    if wanted.is_some_and(|wanted| wanted != subject::of(app, session.person_id, client)) {
        if just_now {
            return Err(OAuthError::new(ErrorCode::LoginRequired, "another person signed in than was asked for").into());
        }
        return login_required();
    }
    if just_now && session.lead().is_some() {
        return Ok(Verdict::Lead);
    }
    if let Some(on) = session.closes_at() {
        return silent(ErrorCode::InteractionRequired, "the person's account closes", Verdict::Closing(on));
    }
    if let Some(proved) = step_up(app, (login, client), (session, just_now), now).await? {
        return silent(ErrorCode::LoginRequired, "the person has to prove more", Verdict::StepUp(proved));
    }
    // After a long time on an open page nothing goes on by itself.
    if (request.prompt.select_account || login.is_renewed())
        && !just_now
        && login.selected_by != Some(session.person_id)
    {
        return Ok(Verdict::Select);
    }
    let allowed = app.cache.consent(&app.db, session.person_id, client).await?;
    let agreed = login.consented_by == Some(session.person_id) && login.asked_for == Some(client.holder());
    // RFC 8252 §8.6: requests of who could be anybody SHOULD NOT be processed "without user consent or interaction".
    let unseen = !just_now && client.metadata.could_be_anybody(&request.redirect_uri);
    if !agreed && (unseen || must_ask(&asked(app, request), client.legal_basis(), allowed.as_ref())) {
        return silent(ErrorCode::ConsentRequired, "the person has not agreed to this yet", Verdict::Consent);
    }
    Ok(Verdict::Grant(session))
}

/// What somebody is asked for whose session falls short of what is wanted; `None` where it does not, or where nothing more
/// can be had and the service takes less.
async fn step_up(
    app: &App,
    (login, client): (&Login, &Client),
    (session, just_now): (&Session, bool),
    now: Timestamp,
) -> Result<Option<Proved>, Error> {
    let Some(wanted) = login.wanted(client) else { return Ok(None) };
    // OpenID Connect Core §5.5.1.1: what is not essential is no error, and without a page nobody can be asked for it.
    let asked = if login.request.prompt.none { wanted.essential } else { wanted.asked_of(session.person_id) };
    let (person, acr) = (session.person_id, session.acr());
    if !just_now {
        let proof = Proof::Session { id: session.id, amr: session.amr(), acr, auth_time: session.auth_time() };
        for class in [asked, wanted.essential].into_iter().flatten().filter(|class| acr < *class) {
            if let Some(proved) = authenticate::further(app, person, proof.clone(), class, now).await? {
                return Ok(Some(proved));
            }
        }
    }
    if wanted.essential.is_some_and(|essential| acr < essential) {
        let code = ErrorCode::UnmetAuthenticationRequirements;
        return Err(OAuthError::new(code, "the person cannot reach the class that is demanded").into());
    }
    Ok(None)
}

/// What the request would release.
pub fn asked(app: &App, request: &AuthorizationRequest) -> Asked {
    consents::asked(app, &request.scope, &request.claims, request.prompt.consent)
}

/// Who is asked for the password once more. Who wants to be somebody else is not, nor whom the service does not ask for.
pub async fn asked_again(
    app: &App,
    visit: &Resumed,
    visitor: &Visitor,
    now: Timestamp,
) -> Result<Option<Known>, Fault> {
    if visit.login.request.prompt.select_account || visit.login.another {
        return Ok(None);
    }
    let Some(live) = sessions::current(app, visitor, now).await? else { return Ok(None) };
    match wants_another(app, &visit.client, &visit.login.request, live.session.person_id, now).await? {
        true => Ok(None),
        false => login::signed_in(app, visitor, now).await,
    }
}

/// Whether the request names somebody else than `person`.
async fn wants_another(
    app: &App,
    client: &Client,
    request: &AuthorizationRequest,
    person: Uuid,
    now: Timestamp,
) -> Result<bool, Fault> {
    match wanted_subject(app, client, request, now).await {
        Ok(wanted) => Ok(wanted.is_some_and(|wanted| wanted != subject::of(app, person, client))),
        Err(Error::Refused(_)) => Ok(false),
        Err(Error::Failed(fault)) => Err(fault),
    }
}

/// `max_age`: OpenID Connect Core §3.1.2.1. "max_age=0 is equivalent to prompt=login".
fn is_too_old(request: &AuthorizationRequest, session: &Session, now: Timestamp) -> bool {
    request
        .max_age
        .is_some_and(|seconds| seconds == 0 || now.since(session.auth_time()) > std::time::Duration::from_secs(seconds))
}

/// The subject that `id_token_hint` or the `claims` parameter names. A hint of ours counts when it has expired too; any
/// other is an error.
async fn wanted_subject(
    app: &App,
    client: &Client,
    request: &AuthorizationRequest,
    now: Timestamp,
) -> Result<Option<String>, Error> {
    let by_claims = request.claims.subject().map(str::to_owned);
    let Some(hint) = &request.id_token_hint else { return Ok(by_claims) };
    let hinted = Hint::open(app, hint, now).await?.subject(app, &client.id, now).await?;
    match by_claims {
        Some(other) if other != hinted => {
            Err(OAuthError::invalid_request("id_token_hint and claims name two people").into())
        }
        _ => Ok(Some(hinted)),
    }
}
