//! A service asks that somebody be signed out: OpenID Connect RP-Initiated Logout §2, §3.
//!
//! A request that is wrong in any part is refused whole: nothing that could not be validated is used (§4), and the page
//! that says so offers the sign-out without it. A service may name a place to return to if it names itself as well, by an
//! ID token or by `client_id`. Without an ID token §3 asks for "other means of confirming the legitimacy": the place is
//! registered for that client, and a person in this browser confirmed; where nobody is signed in, nobody is sent onwards.

use serde::Deserialize;
use serde::Serialize;

use crate::app::App;
use crate::base::fault::Fault;
use crate::base::sealed::Purpose;
use crate::base::time::Timestamp;
use crate::base::uri::with_query;
use crate::parts::clients;
use crate::parts::id_token_hint;
use crate::parts::id_token_hint::Hint;
use crate::parts::sealed::Sealed;
use crate::protocol::error::Error;
use crate::protocol::error::OAuthError;
use crate::protocol::oauth::parameters::Parameters;
use crate::protocol::oidc::rp_initiated_logout::LogoutRequest;

/// What a service asked for, validated. It travels sealed through our own pages.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Asked {
    /// The service.
    pub client_id: Option<String>,
    post_logout_redirect_uri: Option<String>,
    state: Option<String>,
    /// Whether an ID token of ours came with it.
    #[serde(default)]
    pub(super) hinted: bool,
    /// In which languages the person reads.
    pub ui_locales: Option<String>,
}

/// What is sealed stands in the address of our own pages: it must leave room below the limit on headers.
const LONGEST: usize = 4096;

/// Reads a logout request.
pub async fn read(app: &App, parameters: &Parameters, now: Timestamp) -> Result<Asked, Error> {
    let request = LogoutRequest::parse(parameters)?;
    let hint = match &request.id_token_hint {
        Some(hint) => Some(Hint::open(app, hint, now).await?),
        None => None,
    };
    let hinted = hint.as_ref().and_then(Hint::claimed_audience);
    let client = match request.client_id.as_ref().or(hinted.as_ref()) {
        Some(id) => {
            let unknown = || match &request.client_id {
                Some(_) => OAuthError::invalid_client("no client is registered under this client_id"),
                None => id_token_hint::refused(),
            };
            Some(clients::find(app, id).await?.ok_or_else(unknown)?)
        }
        None => None,
    };
    if let Some(hint) = &hint {
        hint.subject(app, client.as_ref().map_or("", |client| client.id.as_str()), now).await?;
    }
    if let Some(uri) = &request.post_logout_redirect_uri {
        let Some(client) = &client else {
            let why = "post_logout_redirect_uri needs id_token_hint or client_id beside it";
            return Err(OAuthError::invalid_request(why).into());
        };
        if !client.metadata.is_post_logout_redirect_uri(uri) {
            let why = "post_logout_redirect_uri is not registered for this client";
            return Err(OAuthError::invalid_request(why).into());
        }
    }
    let travels = [&request.post_logout_redirect_uri, &request.state, &request.ui_locales];
    if travels.into_iter().flatten().map(String::len).sum::<usize>() > LONGEST {
        return Err(OAuthError::invalid_request("the request is longer than 4 KiB").into());
    }
    let LogoutRequest { post_logout_redirect_uri, state, ui_locales, .. } = request;
    let client_id = client.map(|client| client.id.clone());
    Ok(Asked { client_id, post_logout_redirect_uri, state, hinted: hint.is_some(), ui_locales })
}

impl Sealed for Asked {
    const PURPOSE: Purpose = Purpose("logout-request");
}

impl Asked {
    /// The text that travels; `None` where nothing was asked for in particular.
    pub fn seal_if_any(&self, app: &App, now: Timestamp) -> Result<Option<String>, Fault> {
        let any = self.client_id.is_some() || self.ui_locales.is_some();
        any.then(|| self.seal(app, now)).transpose()
    }
}

/// Where the browser goes in the end: the place that the service named, if it is registered still, with the `state` and
/// nothing besides.
pub async fn location(app: &App, asked: &Asked) -> Result<Option<String>, Fault> {
    let (Some(id), Some(uri)) = (&asked.client_id, &asked.post_logout_redirect_uri) else { return Ok(None) };
    let client = clients::find(app, id).await?;
    if !client.is_some_and(|client| client.metadata.is_post_logout_redirect_uri(uri)) {
        return Ok(None);
    }
    Ok(Some(match &asked.state {
        Some(state) => with_query(uri, &[("state", state)]),
        None => uri.clone(),
    }))
}

/// Where a link may lead to where nobody confirmed: to a service that an agency stands behind. Anybody may register the
/// others, and would have a link on a page of the state.
pub async fn link(app: &App, asked: &Asked) -> Result<Option<String>, Fault> {
    let Some(id) = &asked.client_id else { return Ok(None) };
    let backed = clients::find(app, id).await?.is_some_and(|client| client.backing.is_some());
    if backed { location(app, asked).await } else { Ok(None) }
}
