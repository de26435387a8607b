//! `motcua --server`: a command that asks the API of a server instead of the database, as the official whose access token it
//! has.

use std::path::PathBuf;
use std::time::Duration;

use clap::Args;
use serde::Deserialize;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::Failure;
use crate::base::secret::Secret;
use crate::identity::audit::By;
use crate::outbound::api::Answer;
use crate::outbound::api::Api;
use crate::outbound::api::Asked;
use crate::outbound::api::Body;

/// Which server, and as whom.
#[derive(Args)]
pub struct ServerArguments {
    /// Ask the API of this server (https://id.example; http on this machine only) instead of the database, as the official
    /// whose access token the variable MOTCUA_TOKEN has.
    #[arg(long, global = true, value_name = "URL")]
    server: Option<String>,
    /// The file with that access token, instead of MOTCUA_TOKEN.
    #[arg(long, global = true, value_name = "FILE")]
    token_file: Option<PathBuf>,
    /// Authorities (PEM) by which the server is believed, beside the system's.
    #[arg(long, global = true, value_name = "FILE")]
    extra_ca: Option<PathBuf>,
}

impl ServerArguments {
    /// The server that was named, if one was.
    pub fn open(&self) -> Result<Option<Server>, Failure> {
        let Some(url) = &self.server else {
            let lost = self.token_file.is_some() || self.extra_ca.is_some();
            return match lost {
                true => Err(Failure("--token-file and --extra-ca are for --server, which names none".into())),
                false => Ok(None),
            };
        };
        let token = match &self.token_file {
            Some(path) => {
                let text = std::fs::read_to_string(path);
                text.map_err(|why| Failure(format!("{}: {why}", path.display())))?
            }
            None => environment("MOTCUA_TOKEN").unwrap_or_default(),
        };
        let token = token.trim();
        if token.is_empty() || !token.chars().all(|c| c.is_ascii_graphic()) {
            let mend =
                "put an access token in the variable MOTCUA_TOKEN or in --token-file FILE; `motcua api token` gets one";
            return Err(Failure(format!("--server needs an access token: {mend}")));
        }
        let api = Api::new(url, Secret::new(token.to_owned()), self.extra_ca.as_deref())?;
        Ok(Some(Server { api, url: url.clone() }))
    }
}

#[allow(clippy::disallowed_methods)] // a token is no choice of the operator's, and stands on no command line: others read it
fn environment(name: &str) -> Option<String> {
    std::env::var(name).ok()
}

/// The API of a server, asked by a command.
pub struct Server {
    api: Api,
    url: String,
}

/// How many items of a list are asked for at once.
pub(super) const PAGE: &str = "200";
/// So often is waited where the server says to.
const WAITS: usize = 20;

impl Server {
    /// What stands at an address.
    pub async fn get<T: DeserializeOwned>(&self, path: &[&str], query: &[(&str, &str)]) -> Result<T, Failure> {
        self.read(&Asked { method: "GET", path, query, headers: &[], body: None }).await
    }

    /// Every item of a list, page after page.
    pub async fn all<T: DeserializeOwned>(&self, path: &[&str], query: &[(&str, &str)]) -> Result<Vec<T>, Failure> {
        self.first(path, query, usize::MAX).await
    }

    /// The first items of a list, at most so many.
    pub async fn first<T: DeserializeOwned>(
        &self,
        path: &[&str],
        query: &[(&str, &str)],
        most: usize,
    ) -> Result<Vec<T>, Failure> {
        let mut items = Vec::new();
        let mut cursor: Option<String> = None;
        loop {
            let mut asked = query.to_vec();
            asked.push(("limit", PAGE));
            asked.extend(cursor.as_deref().map(|cursor| ("cursor", cursor)));
            let page: Page<T> = self.get(path, &asked).await?;
            items.extend(page.items);
            match page.next {
                Some(next) if items.len() < most => cursor = Some(next),
                _ => {
                    items.truncate(most);
                    return Ok(items);
                }
            }
        }
    }

    /// Has something changed, for a reason; returns what the server says of it.
    pub async fn change<T: DeserializeOwned>(
        &self,
        method: &str,
        path: &[&str],
        reason: &str,
        body: Option<&Value>,
    ) -> Result<T, Failure> {
        let body = body.map(Body::Json);
        self.read(&Asked { method, path, query: &[("reason", reason)], headers: &[], body }).await
    }

    /// The header field with which what stands at an address is changed as it was read, or made where nothing is there.
    pub async fn basis(&self, path: &[&str]) -> Result<(&'static str, String), Failure> {
        let asked = Asked { method: "GET", path, query: &[], headers: &[], body: None };
        let answer = self.answer(&asked).await?;
        match (answer.status, &answer.etag) {
            (200, Some(etag)) => Ok(("If-Match", etag.clone())),
            (404, _) => Ok(("If-None-Match", "*".to_owned())),
            _ => Err(self.refused(&answer)),
        }
    }

    /// Asks, and reads the answer; where that has no body, as a null.
    pub async fn read<T: DeserializeOwned>(&self, asked: &Asked<'_>) -> Result<T, Failure> {
        let answer = self.ask(asked).await?;
        let body: &[u8] = if answer.body.is_empty() { b"null" } else { &answer.body };
        let unread =
            |why: serde_json::Error| Failure(format!("{} answers what this version cannot read: {why}", self.url));
        serde_json::from_slice(body).map_err(unread)
    }

    /// Asks, and has what was done or given.
    pub async fn ask(&self, asked: &Asked<'_>) -> Result<Answer, Failure> {
        let answer = self.answer(asked).await?;
        if (200..=299).contains(&answer.status) { Ok(answer) } else { Err(self.refused(&answer)) }
    }

    /// Asks until there is an answer: where it is too often, as long as the server says later.
    async fn answer(&self, asked: &Asked<'_>) -> Result<Answer, Failure> {
        for _ in 0..WAITS {
            let answer = self.api.ask(asked).await.map_err(|why| Failure(format!("{}: {why}", self.url)))?;
            let (429, Some(wait)) = (answer.status, answer.retry_after) else { return Ok(answer) };
            eprintln!("motcua: {} asks to wait {} s", self.url, wait.as_secs());
            tokio::time::sleep(wait.max(Duration::from_secs(1))).await;
        }
        Err(Failure(format!("{} is asked too often, by others too who act in the same name", self.url)))
    }

    fn refused(&self, answer: &Answer) -> Failure {
        let problem: Problem = serde_json::from_slice(&answer.body).unwrap_or_default();
        let url = &self.url;
        if problem.title.is_empty() {
            let status = answer.status;
            return Failure(format!(
                "{url} answers {status}, which no API of this program does: is it the issuer's URL?"
            ));
        }
        let said = if problem.detail.is_empty() { problem.title } else { problem.detail };
        let challenge = answer.challenge.as_deref().unwrap_or_default();
        Failure(match answer.status {
            401 if challenge.contains("insufficient_user_authentication") => {
                format!("{url}: {said}{}: sign in again, and bring that access token", wanted(challenge))
            }
            401 => format!("{url}: {said}: bring another access token; `motcua api token` gets one"),
            412 | 428 => format!("{said}\nnothing was changed: look at it again, then change that"),
            503 => format!("{url}: {said}: try again later"),
            _ => said,
        })
    }
}

/// RFC 9470 §3, in words.
fn wanted(challenge: &str) -> String {
    let value = |name: &str| {
        let (_, rest) = challenge.split_once(&format!("{name}=\""))?;
        rest.split_once('"').map(|(value, _)| value)
    };
    let sure = value("acr_values").map(|acr| format!(" (as sure as {acr})")).unwrap_or_default();
    let fresh = value("max_age").map(|age| format!(" (not longer than {age} s ago)")).unwrap_or_default();
    sure + &fresh
}

/// Why an official has it done, which the trail keeps.
pub fn reason(given: Option<String>) -> Result<String, Failure> {
    given.ok_or_else(|| Failure("an official says why: --reason TEXT".into()))
}

/// Why a command does not go through the API.
pub fn not_there(command: &str, why: &str) -> Failure {
    Failure(format!("{command} is not done with --server: {why}"))
}

/// Who did something, where somebody did.
#[derive(Default, Serialize, Deserialize)]
pub struct Doer {
    /// `machine`, or an official.
    pub actor: Option<String>,
    /// In which office.
    pub office: Option<String>,
    /// Why.
    pub reason: Option<String>,
}

impl Doer {
    /// As the trail has them.
    pub fn of(by: Option<By>) -> Self {
        let Some(By { actor, office, reason }) = by else { return Self::default() };
        Self { actor: Some(actor.stored()), office: office.map(|office| office.to_string()), reason }
    }
}

/// What another official is asked to approve.
#[derive(Deserialize)]
pub struct Waits {
    /// The id of the pending act.
    pub pending: String,
}

#[derive(Deserialize)]
struct Page<T> {
    items: Vec<T>,
    next: Option<String>,
}

/// RFC 9457 §3.1.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Problem {
    title: String,
    detail: String,
}

#[cfg(test)]
mod tests {
    use super::wanted;

    #[test]
    fn a_challenge_is_told_in_words() {
        let challenge = "Bearer realm=\"motcua\", error=\"insufficient_user_authentication\", max_age=\"900\"";
        assert_eq!(wanted(challenge), " (not longer than 900 s ago)");
        assert_eq!(wanted("Bearer acr_values=\"urn:motcua:acr:2\""), " (as sure as urn:motcua:acr:2)");
    }
}
