//! A sign-in as a relying party does it: discovery, the code flow with PKCE, UserInfo (OpenID Connect Core §3.1, §5.3); and
//! a sign-out (RP-Initiated Logout §2).

use std::time::Duration;

use futures_util::future::BoxFuture;
use openidconnect::AccessToken;
use openidconnect::AuthorizationCode;
use openidconnect::ClientId;
use openidconnect::ClientSecret;
use openidconnect::CsrfToken;
use openidconnect::HttpRequest;
use openidconnect::HttpResponse;
use openidconnect::IssuerUrl;
use openidconnect::LanguageTag;
use openidconnect::LogoutRequest;
use openidconnect::Nonce;
use openidconnect::OAuth2TokenResponse;
use openidconnect::PkceCodeChallenge;
use openidconnect::PkceCodeVerifier;
use openidconnect::PostLogoutRedirectUrl;
use openidconnect::ProviderMetadataWithLogout;
use openidconnect::RedirectUrl;
use openidconnect::RequestTokenError;
use openidconnect::StandardErrorResponse;
use openidconnect::SubjectIdentifier;
use openidconnect::core::CoreAuthenticationFlow;
use openidconnect::core::CoreErrorResponseType;
use openidconnect::core::CoreUserInfoClaims;
use serde_json::Map;
use serde_json::Value;
use tokio::sync::Mutex;
use url::Url;

use crate::base::secret::Secret;
use crate::base::time::Clock;
use crate::base::time::Timestamp;

use super::Portal;
use super::id_token;
use super::id_token::Client;
use super::id_token::Verified;
use super::id_token::members;
use super::lang::Lang;

/// One portal as the provider knows it.
pub struct RelyingParty {
    issuer: IssuerUrl,
    client_id: ClientId,
    client_secret: Secret<String>,
    redirect: RedirectUrl,
    /// Where people return to when they have signed out at the provider.
    out: PostLogoutRedirectUrl,
    /// What it asks to know, as a claims request (OpenID Connect Core §5.5).
    claims: String,
    http: reqwest::Client,
    provider: Mutex<Option<ProviderMetadataWithLogout>>,
}

/// A sign-in that has left for the provider and is not back yet.
#[derive(Clone, Debug)]
pub struct Pending {
    /// The `nonce` that the ID token must carry.
    pub nonce: Nonce,
    /// The PKCE challenge that was sent (RFC 7636 §4.2).
    pub challenge: String,
    /// When the browser was sent off.
    pub left: Timestamp,
    verifier: Secret<String>,
}

/// A sign-in that came back and was verified.
#[derive(Clone, Debug)]
pub struct Arrival {
    /// What the ID token says, verified.
    pub id: Verified,
    /// The claims of the UserInfo response, for the same `sub`.
    pub told: Map<String, Value>,
    /// When each stretch of the journey ended.
    pub times: Times,
    /// What was sent and what came back.
    pub sent: Sent,
    /// The browser, as the observer of the demonstration knows it.
    pub browser: String,
}

/// When each stretch of the journey ended.
#[derive(Clone, Copy, Debug)]
pub struct Times {
    /// The browser was sent to the provider.
    pub left: Timestamp,
    /// It came back with a code.
    pub back: Timestamp,
    /// The token endpoint had answered, and the ID token was verified.
    pub verified: Timestamp,
    /// UserInfo had answered.
    pub told: Timestamp,
}

/// What was sent and what came back, as far as it may be shown: all of it is used up.
#[derive(Clone, Debug)]
pub struct Sent {
    /// The `nonce`.
    pub nonce: String,
    /// The PKCE challenge.
    pub challenge: String,
    /// The code.
    pub code: String,
}

/// Why a sign-in did not come to an end.
#[derive(Debug, thiserror::Error)]
pub enum Trouble {
    /// The provider does not answer, or not as a provider does.
    #[error("the provider does not answer: {0}")]
    Unreachable(String),
    /// The provider answered with an error (OpenID Connect Core §3.1.2.6, RFC 6749 §5.2).
    #[error("{code} ({description})")]
    Refused {
        /// The registered code.
        code: String,
        /// What it says beside it.
        description: String,
    },
    /// This browser has no such sign-in under way.
    #[error("no sign-in of this browser has this state")]
    Unknown,
    /// The response names another issuer, or none (RFC 9207 §2.4).
    #[error("the response does not come from the issuer that was asked")]
    WrongIssuer,
    /// What came back does not hold.
    #[error("the answer does not hold: {0}")]
    Invalid(String),
}

impl RelyingParty {
    /// The relying party of `portal`; its issuer and origin must be URLs.
    pub fn new(portal: &Portal) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        Ok(Self {
            issuer: IssuerUrl::new(portal.issuer.clone())?,
            client_id: ClientId::new(portal.client_id.clone()),
            client_secret: portal.client_secret.clone(),
            redirect: RedirectUrl::new(format!("{}/callback", portal.origin))?,
            out: PostLogoutRedirectUrl::new(format!("{}/?out", portal.origin))?,
            claims: claims_request(portal.kind.claims()),
            http: reqwest::Client::builder()
                .redirect(reqwest::redirect::Policy::none())
                .no_proxy()
                .timeout(DEADLINE)
                .build()?,
            provider: Mutex::new(None),
        })
    }

    /// Whether `issuer`, from an authorization response, is the one that was asked (RFC 9207 §2.4).
    pub fn is_issuer(&self, issuer: Option<&str>) -> bool {
        issuer == Some(self.issuer.as_str())
    }

    /// Where to send the browser, under `state`, and what to remember until it is back.
    pub async fn depart(&self, state: String, lang: Lang, now: Timestamp) -> Result<(Url, Pending), Trouble> {
        let client = self.client().await?;
        let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
        let challenge_text = challenge.as_str().to_owned();
        let (url, _, nonce) = client
            .authorize_url(CoreAuthenticationFlow::AuthorizationCode, || CsrfToken::new(state), Nonce::new_random)
            .add_extra_param("claims", &self.claims)
            .add_ui_locale(LanguageTag::new(lang.tag().to_owned()))
            .set_pkce_challenge(challenge)
            .url();
        let verifier = Secret::new(verifier.into_secret());
        Ok((url, Pending { nonce, challenge: challenge_text, left: now, verifier }))
    }

    /// Turns a code into who is there: token endpoint, verification, UserInfo.
    pub async fn arrive(
        &self,
        pending: Pending,
        code: String,
        browser: String,
        clock: &dyn Clock,
    ) -> Result<Arrival, Trouble> {
        let back = clock.now();
        let client = self.client().await?;
        let tokens = client
            .exchange_code(AuthorizationCode::new(code.clone()))
            .map_err(invalid)?
            .set_pkce_verifier(PkceCodeVerifier::new(pending.verifier.expose().clone()))
            .request_async(&http(&self.http))
            .await
            .map_err(token_trouble)?;
        let id = match id_token::verify(&client, &tokens, &pending.nonce) {
            Err(id_token::Flaw::UnknownKey) => {
                // The provider may have rotated its keys since its documents were read (OpenID Connect Core §10.1.1).
                self.provider.lock().await.take();
                id_token::verify(&self.client().await?, &tokens, &pending.nonce)
            }
            verdict => verdict,
        }
        .map_err(invalid)?;
        let verified = clock.now();
        let told = self.user_info(&client, tokens.access_token().clone(), &id.sub).await?;
        let times = Times { left: pending.left, back, verified, told: clock.now() };
        let sent = Sent { nonce: pending.nonce.secret().clone(), challenge: pending.challenge, code };
        Ok(Arrival { id, told, times, sent, browser })
    }

    async fn user_info(&self, client: &Client, token: AccessToken, sub: &str) -> Result<Map<String, Value>, Trouble> {
        let claims: CoreUserInfoClaims = client
            .user_info(token, Some(SubjectIdentifier::new(sub.to_owned())))
            .map_err(invalid)?
            .request_async(&http(&self.http))
            .await
            .map_err(invalid)?;
        Ok(members(&claims))
    }

    /// Where to send the browser of somebody who wants to sign out at the provider as well.
    pub async fn leave(&self, arrival: &Arrival, lang: Lang) -> Result<Url, Trouble> {
        let provider = self.provider().await?;
        let endpoint = provider.additional_metadata().end_session_endpoint.clone();
        let endpoint = endpoint.ok_or_else(|| Trouble::Invalid("the provider signs nobody out".to_owned()))?;
        let request = LogoutRequest::from(endpoint)
            .set_client_id(self.client_id.clone())
            .set_post_logout_redirect_uri(self.out.clone())
            .add_ui_locale(LanguageTag::new(lang.tag().to_owned()));
        let mut url = request.http_get_url();
        url.query_pairs_mut().append_pair("id_token_hint", arrival.id.hint.expose());
        Ok(url)
    }

    /// The provider's documents: read when first needed, and again until they could be read.
    async fn provider(&self) -> Result<ProviderMetadataWithLogout, Trouble> {
        let mut known = self.provider.lock().await;
        if let Some(provider) = known.as_ref() {
            return Ok(provider.clone());
        }
        let read = ProviderMetadataWithLogout::discover_async(self.issuer.clone(), &http(&self.http))
            .await
            .map_err(|why| Trouble::Unreachable(chain(&why)))?;
        Ok(known.insert(read).clone())
    }

    /// A client on the provider's documents.
    async fn client(&self) -> Result<Client, Trouble> {
        let provider = self.provider().await?;
        let secret = ClientSecret::new(self.client_secret.expose().clone());
        Ok(Client::from_provider_metadata(provider, self.client_id.clone(), Some(secret))
            .set_redirect_uri(self.redirect.clone()))
    }
}

/// All from UserInfo, and none of them essential.
fn claims_request(claims: &[&str]) -> String {
    let wanted: Map<String, Value> = claims.iter().map(|claim| ((*claim).to_owned(), Value::Null)).collect();
    serde_json::json!({ "userinfo": wanted }).to_string()
}

const DEADLINE: Duration = Duration::from_secs(10);

/// The way from `openidconnect`, which knows reqwest 0.12, to ours.
fn http(client: &reqwest::Client) -> impl Fn(HttpRequest) -> BoxFuture<'static, Result<HttpResponse, reqwest::Error>> {
    let client = client.clone();
    move |request| Box::pin(call(client.clone(), request))
}

async fn call(client: reqwest::Client, request: HttpRequest) -> Result<HttpResponse, reqwest::Error> {
    let answer = client.execute(request.try_into()?).await?;
    let (status, version, headers) = (answer.status(), answer.version(), answer.headers().clone());
    let mut response = HttpResponse::new(answer.bytes().await?.to_vec());
    *response.status_mut() = status;
    *response.version_mut() = version;
    *response.headers_mut() = headers;
    Ok(response)
}

fn token_trouble(why: RequestTokenError<reqwest::Error, StandardErrorResponse<CoreErrorResponseType>>) -> Trouble {
    match why {
        RequestTokenError::ServerResponse(answer) => Trouble::Refused {
            code: answer.error().as_ref().to_owned(),
            description: answer.error_description().cloned().unwrap_or_default(),
        },
        RequestTokenError::Request(why) => Trouble::Unreachable(chain(&why)),
        RequestTokenError::Parse(why, _) => Trouble::Invalid(chain(&why)),
        RequestTokenError::Other(why) => Trouble::Invalid(why),
    }
}

fn invalid(why: impl std::error::Error) -> Trouble {
    Trouble::Invalid(chain(&why))
}

/// An error with what caused it.
fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text.push_str(": ");
        text.push_str(&error.to_string());
        cause = error.source();
    }
    text
}
