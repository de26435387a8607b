//! Who the client is: RFC 6749 §2.3, OpenID Connect Core §9.

pub mod secret;

use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::clients;
use super::clients::Client;
use crate::app::App;
use crate::base::secret::Secret;
use crate::base::time::Timestamp;
use crate::protocol::error::Error;
use crate::protocol::error::OAuthError;
use crate::protocol::oauth::client_metadata::AuthMethod;
use crate::protocol::oauth::parameters::Parameters;

/// What a request says about its client.
#[derive(Debug)]
pub struct Presented {
    client_id: String,
    method: AuthMethod,
    secret: Option<Secret<String>>,
}

impl Presented {
    /// Reads the `Authorization` header and the body. Two methods at once are refused (§2.3).
    pub fn read(authorization: Option<&str>, parameters: &Parameters) -> Result<Self, OAuthError> {
        let in_body = parameters.get("client_secret");
        let id_in_body = parameters.get("client_id");
        let basic = authorization.filter(|value| scheme_is(value, "basic"));
        match (basic, in_body, id_in_body) {
            (Some(_), Some(_), _) => Err(OAuthError::invalid_request("the client authenticates in two ways at once")),
            (Some(header), None, body) => {
                let presented = Self::basic(header)?;
                match body {
                    Some(id) if id != presented.client_id => {
                        Err(OAuthError::invalid_client("client_id differs from the authenticated client"))
                    }
                    _ => Ok(presented),
                }
            }
            (None, secret, Some(id)) => Ok(Self {
                client_id: id.to_owned(),
                method: secret.map_or(AuthMethod::None, |_| AuthMethod::ClientSecretPost),
                secret: secret.map(|text| Secret::new(text.to_owned())),
            }),
            (None, _, None) => Err(OAuthError::invalid_client("the client does not say who it is")),
        }
    }

    /// RFC 6749 §2.3.1: both halves are form-urlencoded before they are joined.
    fn basic(header: &str) -> Result<Self, OAuthError> {
        let malformed = || OAuthError::invalid_client("the Authorization header is malformed");
        let encoded = header.split_at_checked(6).map(|(_, rest)| rest.trim()).ok_or_else(malformed)?;
        let text = STANDARD.decode(encoded).ok().and_then(|bytes| String::from_utf8(bytes).ok());
        let text = Secret::new(text.ok_or_else(malformed)?);
        let (id, secret) = text.expose().split_once(':').ok_or_else(malformed)?;
        let decode = |part: &str| {
            let form = format!("v={}", part.replace('&', "%26"));
            url::form_urlencoded::parse(form.as_bytes()).next().map(|(_, value)| value.into_owned())
        };
        Ok(Self {
            client_id: decode(id).ok_or_else(malformed)?,
            method: AuthMethod::ClientSecretBasic,
            secret: Some(Secret::new(decode(secret).ok_or_else(malformed)?)),
        })
    }
}

/// The client, once it has proved who it is by the method that it is registered for.
pub async fn authenticate(app: &App, presented: &Presented, now: Timestamp) -> Result<Arc<Client>, Error> {
    // The same words whether the client, its method or its secret is wrong.
    let refused = |why: &str| OAuthError::invalid_client("client authentication failed").because(why);
    let client = clients::find(app, &presented.client_id, now).await?.ok_or_else(|| refused("unknown client"))?;
    if client.metadata.token_endpoint_auth_method != presented.method {
        return Err(refused("another method is registered").into());
    }
    match &presented.secret {
        None => Ok(client),
        Some(secret) if secret::is_right(app, &client, secret).await? => Ok(client),
        Some(_) => Err(refused("wrong secret").into()),
    }
}

fn scheme_is(header: &str, scheme: &str) -> bool {
    header.split_once(' ').is_some_and(|(own, _)| own.eq_ignore_ascii_case(scheme))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(authorization: Option<&str>, body: &str) -> Result<Presented, OAuthError> {
        Presented::read(authorization, &Parameters::parse(body.as_bytes()).unwrap())
    }

    #[test]
    fn basic_credentials_are_form_urlencoded() {
        let header = format!("basic {}", STANDARD.encode("a%3Ab:p%2Bq+r"));
        let presented = read(Some(&header), "").unwrap();
        assert_eq!(presented.client_id, "a:b");
        assert_eq!(presented.secret.unwrap().expose(), "p+q r");
    }

    #[test]
    fn two_methods_or_two_clients_at_once_are_refused() {
        let header = format!("Basic {}", STANDARD.encode("a:b"));
        assert!(read(Some(&header), "client_id=a&client_secret=b").is_err());
        assert!(read(Some(&header), "client_id=other").is_err());
        assert!(read(Some(&header), "client_id=a").is_ok());
        assert!(read(Some("Basic !"), "").is_err());
        assert!(read(None, "").is_err());
    }
}
