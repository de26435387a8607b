//! UserInfo: OpenID Connect Core §5.3. A token comes in the header or in a form, once (RFC 6750 §2); in the query never.

use std::sync::Arc;

use axum::extract::FromRequest;
use axum::extract::Request;
use axum::extract::State;
use axum::response::Response;
use http::Method;
use http::StatusCode;
use http::header;

use crate::flows::userinfo;
use crate::http::Web;
use crate::http::error;
use crate::http::extract::authorization;
use crate::http::extract::form;
use crate::http::extract::form::Unread;
use crate::http::respond;
use crate::protocol::error::Error;
use crate::protocol::error::OAuthError;

/// By GET and by POST.
pub async fn answer(State(web): State<Arc<Web>>, AccessToken(token): AccessToken) -> Result<Response, Response> {
    let answered = userinfo::answer(&web.app, &token, web.app.clock.now()).await;
    let known = answered.map_err(|error| error::userinfo(&web, Some(&error)))?;
    Ok(respond::typed(StatusCode::OK, known.media_type, known.userinfo.clone()))
}

/// The token that a request brings.
pub struct AccessToken(String);

impl FromRequest<Arc<Web>> for AccessToken {
    type Rejection = Response;

    async fn from_request(request: Request, web: &Arc<Web>) -> Result<Self, Response> {
        let refused = |refusal| error::userinfo(web, Some(&Error::Refused(refusal)));
        let in_header = authorization::bearer_token(request.headers()).map_err(refused)?.map(str::to_owned);
        let in_form = form_token(request).await.map_err(|unread| error::unread(unread, refused))?;
        match (in_header, in_form) {
            (Some(_), Some(_)) => {
                Err(refused(OAuthError::invalid_request("the access token is sent in two ways at once")))
            }
            (Some(token), None) | (None, Some(token)) => Ok(Self(token)),
            (None, None) => Err(error::userinfo(web, None)),
        }
    }
}

/// `access_token` in the body of a POST (RFC 6750 §2.2); a POST without a form has none.
async fn form_token(request: Request) -> Result<Option<String>, Unread> {
    if request.method() != Method::POST || !request.headers().contains_key(header::CONTENT_TYPE) {
        return Ok(None);
    }
    let parameters = form::body(request).await?;
    parameters.each_once().map_err(Unread::Malformed)?;
    Ok(parameters.get("access_token").map(str::to_owned))
}
