//! UserInfo: OpenID Connect Core §5.3. A token comes in the header or in a form, once (RFC 6750 §2); in the query never.

use std::sync::Arc;

use axum::extract::Request;
use axum::extract::State;
use axum::response::Response;
use http::Method;
use http::StatusCode;
use http::header;

use crate::flows::userinfo;
use crate::http::Web;
use crate::http::error;
use crate::http::extract::bearer;
use crate::http::extract::form;
use crate::http::extract::form::Unread;
use crate::http::respond;
use crate::protocol::error::Error;
use crate::protocol::error::OAuthError;

/// By GET and by POST.
pub async fn answer(State(web): State<Arc<Web>>, request: Request) -> Response {
    let in_header = match bearer::token(request.headers()) {
        Ok(token) => token.map(str::to_owned),
        Err(twice) => return error::userinfo(&web, Some(&Error::Refused(twice))),
    };
    let in_form = match form_token(request).await {
        Ok(token) => token,
        Err(unread) => {
            let status = unread.status();
            let mut response = error::userinfo(&web, Some(&Error::Refused(unread.error())));
            *response.status_mut() = status;
            return response;
        }
    };
    let token = match (in_header, in_form) {
        (Some(_), Some(_)) => {
            let twice = OAuthError::invalid_request("the access token is sent in two ways at once");
            return error::userinfo(&web, Some(&Error::Refused(twice)));
        }
        (Some(token), None) | (None, Some(token)) => token,
        (None, None) => return error::userinfo(&web, None),
    };
    match userinfo::answer(&web.app, &token, web.app.clock.now()).await {
        Ok(known) => respond::typed(StatusCode::OK, known.media_type, known.userinfo.clone()),
        Err(error) => error::userinfo(&web, Some(&error)),
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
