//! Who the client is: RFC 6749 §2.3, OpenID Connect Core §9.

pub mod private_key_jwt;
pub mod secret;

use std::net::IpAddr;
use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;

use crate::app::App;
use crate::base::secret::Secret;
use crate::base::time::Timestamp;
use crate::jose::jws;
use crate::parts::clients;
use crate::parts::clients::Client;
use crate::protocol::error::Error;
use crate::protocol::error::OAuthError;
use crate::protocol::oauth::client_metadata::AuthMethod;
use crate::protocol::oauth::parameters::Parameters;
use crate::protocol::oauth::private_key_jwt::ASSERTION_TYPE;

/// What a client sent to one of its endpoints.
pub struct ClientRequest {
    /// The path of the endpoint.
    pub endpoint: String,
    /// The `Authorization` header.
    pub authorization: Option<String>,
    /// The parameters in the body.
    pub parameters: Parameters,
    /// From where.
    pub address: IpAddr,
}

impl ClientRequest {
    /// The client that it names, proved or not.
    pub fn claimed_client(&self) -> Option<String> {
        let presented = Presented::read(self.authorization.as_deref(), &self.parameters).ok();
        presented.map(|presented| presented.client_id).or_else(|| self.parameters.get("client_id").map(str::to_owned))
    }
}

/// What a request says about its client.
#[derive(Debug)]
struct Presented {
    client_id: String,
    proof: Proof,
}

#[derive(Debug)]
enum Proof {
    Nothing,
    Secret(AuthMethod, Secret<String>),
    Assertion(String),
}

impl Proof {
    const fn method(&self) -> AuthMethod {
        match self {
            Self::Nothing => AuthMethod::None,
            Self::Secret(method, _) => *method,
            Self::Assertion(_) => AuthMethod::PrivateKeyJwt,
        }
    }
}

impl Presented {
    /// Reads the `Authorization` header and the body. Two methods at once are refused (§2.3).
    fn read(authorization: Option<&str>, parameters: &Parameters) -> Result<Self, OAuthError> {
        let basic = authorization.filter(|value| scheme_is(value, "basic"));
        let (posted, assertion) = (parameters.get("client_secret"), assertion(parameters)?);
        let in_body = parameters.get("client_id");
        let presented = match (basic, posted, assertion) {
            (Some(header), None, None) => Self::basic(header)?,
            (None, None, Some(assertion)) => Self::asserted(assertion)?,
            (None, posted, None) => {
                let id = in_body.ok_or_else(|| OAuthError::invalid_client("the client does not say who it is"))?;
                let secret = |text: &str| Proof::Secret(AuthMethod::ClientSecretPost, Secret::new(text.to_owned()));
                Self { client_id: id.to_owned(), proof: posted.map_or(Proof::Nothing, secret) }
            }
            _ => return Err(OAuthError::invalid_request("the client authenticates in two ways at once")),
        };
        match in_body {
            Some(id) if id != presented.client_id => {
                Err(OAuthError::invalid_client("client_id differs from the authenticated client"))
            }
            _ => Ok(presented),
        }
    }

    /// RFC 7521 §4.2: `client_id` may be left out beside an assertion, whose subject is the client. What the assertion says
    /// is believed when its signature is.
    fn asserted(assertion: &str) -> Result<Self, OAuthError> {
        #[derive(Deserialize)]
        struct Hint {
            sub: String,
        }
        let token = jws::decode(assertion).map_err(|why| failed().because(why))?;
        let hint: Hint = serde_json::from_slice(token.unverified_payload()).map_err(|why| failed().because(why))?;
        Ok(Self { client_id: hint.sub, proof: Proof::Assertion(assertion.to_owned()) })
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
            proof: Proof::Secret(AuthMethod::ClientSecretBasic, Secret::new(decode(secret).ok_or_else(malformed)?)),
        })
    }
}

/// The client that sent a form, each parameter once, and has proved who it is.
pub async fn of(app: &App, request: &ClientRequest, now: Timestamp) -> Result<Arc<Client>, Error> {
    request.parameters.each_once()?;
    let presented = Presented::read(request.authorization.as_deref(), &request.parameters)?;
    authenticate(app, &presented, request.address, now).await
}

/// The client, once it has proved who it is by the method that it is registered for.
async fn authenticate(app: &App, presented: &Presented, address: IpAddr, now: Timestamp) -> Result<Arc<Client>, Error> {
    let refused = |why: &str| failed().because(why);
    let client = clients::find(app, &presented.client_id).await?.ok_or_else(|| refused("unknown client"))?;
    if client.metadata.token_endpoint_auth_method != presented.proof.method() {
        return Err(refused("another method is registered").into());
    }
    match &presented.proof {
        Proof::Nothing => Ok(client),
        Proof::Secret(_, secret) if secret::is_right(app, &client, secret, address, now).await? => Ok(client),
        Proof::Secret(..) => Err(refused("wrong secret").into()),
        Proof::Assertion(assertion) => match private_key_jwt::check(app, &client, assertion, now).await? {
            Ok(()) => Ok(client),
            Err(why) => Err(refused(&why).into()),
        },
    }
}

/// The same words whether the client, its method or its proof is wrong.
fn failed() -> OAuthError {
    OAuthError::invalid_client("client authentication failed")
}

/// The assertion of a request, if it has one (RFC 7521 §4.2).
fn assertion(parameters: &Parameters) -> Result<Option<&str>, OAuthError> {
    match (parameters.get("client_assertion"), parameters.get("client_assertion_type")) {
        (None, None) => Ok(None),
        (Some(assertion), Some(ASSERTION_TYPE)) => Ok(Some(assertion)),
        (Some(_), Some(_)) => Err(failed().because("another client_assertion_type")),
        (..) => Err(OAuthError::invalid_request("client_assertion and client_assertion_type need each other")),
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
        assert!(matches!(presented.proof, Proof::Secret(_, secret) if secret.expose() == "p+q r"));
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
