//! Problem details: RFC 9457. The kind is for programs, the rest for whoever reads what went wrong.

use std::time::Duration;

use axum::response::IntoResponse;
use axum::response::Response;
use http::HeaderValue;
use http::StatusCode;
use http::header;
use serde::Serialize;
use utoipa::ToSchema;

use crate::base::fault::Fault;
use crate::flows::admin::refusal::Refusal;
use crate::http::error;
use crate::http::respond;
use crate::i18n::Key;
use crate::i18n::Lang;
use crate::i18n::key;
use crate::i18n::text;
use crate::protocol::error::Error;
use crate::protocol::error::ErrorCode;
use crate::protocol::oauth::protected_resource;

/// What kind of problem.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// No access token, or none that is valid here.
    Unauthorized,
    /// The sign-in behind the access token is not sure enough, or not fresh (RFC 9470).
    SignIn,
    /// The access token does not allow it.
    Scope,
    /// The rights of the office do not.
    NotAllowed,
    /// There is no such thing, or none that the office may see.
    NotFound,
    /// The method is not for this address.
    Method,
    /// What was sent is not what the description of the API says.
    Invalid,
    /// It is, and yet makes no sense here: it names what is not there, or what cannot be.
    Mistake,
    /// The body is longer than is read.
    TooLarge,
    /// The body is no JSON, or encoded.
    MediaType,
    /// Somebody else changed it since.
    Changed,
    /// Which version is meant to be changed was not said.
    VersionNeeded,
    /// It cannot be as things are.
    Conflict,
    /// A key of a request stands for another one.
    KeyReused,
    /// The request that a key stands for is under way.
    UnderWay,
    /// Too many requests; the next one is answered after so long.
    TooMany(Duration),
    /// We failed, and it may be tried again after so long.
    Unavailable(Duration),
    /// We failed.
    Failed,
}

impl Kind {
    /// The status of the answer, the end of the kind's name, and its words.
    pub(super) const fn parts(self) -> (StatusCode, &'static str, Key) {
        match self {
            Self::Unauthorized => (StatusCode::UNAUTHORIZED, "unauthorized", key::PROBLEM_UNAUTHORIZED),
            Self::SignIn => (StatusCode::UNAUTHORIZED, "insufficient-sign-in", key::PROBLEM_SIGN_IN),
            Self::Scope => (StatusCode::FORBIDDEN, "insufficient-scope", key::PROBLEM_SCOPE),
            Self::NotAllowed => (StatusCode::FORBIDDEN, "not-allowed", key::PROBLEM_NOT_ALLOWED),
            Self::NotFound => (StatusCode::NOT_FOUND, "not-found", key::PROBLEM_NOT_FOUND),
            Self::Method => (StatusCode::METHOD_NOT_ALLOWED, "method-not-allowed", key::PROBLEM_METHOD),
            Self::Invalid => (StatusCode::BAD_REQUEST, "invalid-request", key::PROBLEM_INVALID),
            Self::Mistake => (StatusCode::BAD_REQUEST, "mistake", key::PROBLEM_INVALID),
            Self::TooLarge => (StatusCode::PAYLOAD_TOO_LARGE, "too-large", key::PROBLEM_TOO_LARGE),
            Self::MediaType => (StatusCode::UNSUPPORTED_MEDIA_TYPE, "media-type", key::PROBLEM_MEDIA_TYPE),
            Self::Changed => (StatusCode::PRECONDITION_FAILED, "changed", key::PROBLEM_CHANGED),
            Self::VersionNeeded => (StatusCode::PRECONDITION_REQUIRED, "version-needed", key::PROBLEM_VERSION_NEEDED),
            Self::Conflict => (StatusCode::CONFLICT, "conflict", key::PROBLEM_CONFLICT),
            Self::KeyReused => (StatusCode::UNPROCESSABLE_ENTITY, "key-reused", key::PROBLEM_KEY_REUSED),
            Self::UnderWay => (StatusCode::CONFLICT, "under-way", key::PROBLEM_UNDER_WAY),
            Self::TooMany(_) => (StatusCode::TOO_MANY_REQUESTS, "too-many-requests", key::PROBLEM_TOO_MANY),
            Self::Unavailable(_) => (StatusCode::SERVICE_UNAVAILABLE, "unavailable", key::PROBLEM_UNAVAILABLE),
            Self::Failed => (StatusCode::INTERNAL_SERVER_ERROR, "failed", key::PROBLEM_FAILED),
        }
    }

    const fn wait(self) -> Option<Duration> {
        match self {
            Self::TooMany(wait) | Self::Unavailable(wait) => Some(wait),
            _ => None,
        }
    }
}

/// A problem as it is answered.
#[derive(Debug)]
pub struct Problem {
    kind: Kind,
    lang: Lang,
    detail: String,
    challenge: Option<String>,
    in_doubt: bool,
    tried: Option<String>,
}

/// Of an answer: nobody knows whether what was asked was done.
#[derive(Clone, Copy)]
pub struct InDoubt;

/// Of an answer: what the access token does not let its bearer do, which the trail keeps.
#[derive(Clone)]
pub struct Tried(pub String);

/// The members of a problem (RFC 9457 §3.1).
#[derive(Serialize, ToSchema)]
#[schema(as = Problem)]
pub struct Body {
    /// `urn:motcua:problem:` and the kind.
    #[serde(rename = "type")]
    #[schema(example = "urn:motcua:problem:not-allowed")]
    kind: String,
    /// What kind of problem, in words.
    title: String,
    /// The status of the answer.
    status: u16,
    /// What is wrong here, and the mend where there is one.
    #[serde(skip_serializing_if = "str::is_empty")]
    detail: String,
}

impl Problem {
    /// A problem, told in a language.
    pub fn new(kind: Kind, lang: Lang, detail: &str) -> Self {
        Self { kind, lang, detail: detail.to_owned(), challenge: None, in_doubt: false, tried: None }
    }

    /// No token was brought: a request that says nothing learns where tokens come from (RFC 6750 §3, RFC 9728 §5.1).
    pub fn unauthorized(lang: Lang, issuer: &str) -> Self {
        Self { challenge: Some(challenge("", issuer)), ..Self::new(Kind::Unauthorized, lang, "") }
    }

    /// A token that is not taken.
    pub fn of_token(error: &Error, lang: Lang, issuer: &str) -> Self {
        let refusal = match error {
            Error::Failed(fault) => return Self::failed(fault, lang),
            Error::Refused(refusal) => refusal,
        };
        tracing::info!(target: "motcua::oauth", endpoint = "/api/v1", error = %refusal, "refused");
        let kind = if refusal.code == ErrorCode::InvalidRequest { Kind::Invalid } else { Kind::Unauthorized };
        let said = format!(", error=\"{}\", error_description=\"{}\"", refusal.code.as_str(), refusal.description);
        Self { challenge: Some(challenge(&said, issuer)), ..Self::new(kind, lang, &refusal.description) }
    }

    /// A sign-in that is not sure enough, or not fresh: RFC 9470 §3. `wanted` says what would be.
    pub fn of_sign_in(wanted: &str, lang: Lang, issuer: &str) -> Self {
        let code = ErrorCode::InsufficientUserAuthentication.as_str();
        let said = format!(", error=\"{code}\"{wanted}");
        Self { challenge: Some(challenge(&said, issuer)), ..Self::new(Kind::SignIn, lang, "") }
    }

    /// The trail keeps what was tried.
    pub fn trying(self, what: String) -> Self {
        Self { tried: Some(what), ..self }
    }

    /// Our own failure.
    pub fn failed(fault: &Fault, lang: Lang) -> Self {
        tracing::error!(target: "motcua::fault", %fault, "the API says that we failed");
        let (kind, detail) = match fault {
            Fault::Unavailable { retry_after, .. } => (Kind::Unavailable(*retry_after), error::what_became(fault)),
            Fault::Broken(_) => (Kind::Failed, error::what_became(fault)),
        };
        let in_doubt = matches!(fault, Fault::Unavailable { in_doubt: true, .. });
        Self { in_doubt, ..Self::new(kind, lang, detail) }
    }

    /// Why what was asked was not done.
    pub fn of(refusal: &Refusal, lang: Lang) -> Self {
        let kind = match refusal {
            Refusal::May(_) | Refusal::Widens(_) => Kind::NotAllowed,
            Refusal::NotThere => Kind::NotFound,
            Refusal::Mistake(_) => Kind::Mistake,
            Refusal::There | Refusal::Changed(_) => Kind::Changed,
            Refusal::Stands(_) => Kind::Conflict,
            Refusal::TooMany(rest) => Kind::TooMany(*rest),
        };
        Self::new(kind, lang, &refusal.words(lang))
    }
}

fn challenge(said: &str, issuer: &str) -> String {
    format!("Bearer realm=\"motcua\"{said}, resource_metadata=\"{issuer}{}\"", protected_resource::API_PATH)
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let (status, name, title) = self.kind.parts();
        let title = text(self.lang, title).into_owned();
        let body =
            Body { kind: format!("urn:motcua:problem:{name}"), title, status: status.as_u16(), detail: self.detail };
        let bytes = serde_json::to_vec(&body).unwrap_or_default();
        let mut response =
            respond::retry_after(respond::typed(status, "application/problem+json", bytes), self.kind.wait());
        if self.in_doubt {
            response.extensions_mut().insert(InDoubt);
        }
        if let Some(tried) = self.tried {
            response.extensions_mut().insert(Tried(tried));
        }
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_LANGUAGE, HeaderValue::from_static(self.lang.tag()));
        if let Some(challenge) = self.challenge.and_then(|challenge| HeaderValue::from_str(&challenge).ok()) {
            headers.insert(header::WWW_AUTHENTICATE, challenge);
        }
        response
    }
}
