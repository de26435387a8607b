//! Asks one replica one thing, and keeps what came of it.

use std::sync::Arc;
use std::time::Duration;

use reqwest::RequestBuilder;
use serde_json::Value;

use super::history::Answer;
use super::history::Entry;
use super::history::History;
use super::history::Thing;

/// The longest that a caller waits: a replica that runs must have answered long before.
pub const PATIENCE: Duration = Duration::from_secs(20);
pub const CALLBACK: &str = "http://127.0.0.1:9/cb";

#[derive(Clone)]
pub struct Caller {
    pub history: Arc<History>,
    pub http: reqwest::Client,
    pub ports: Arc<Vec<u16>>,
}

/// What is asked of whom.
pub struct Question<'a> {
    pub replica: usize,
    pub act: &'static str,
    pub subject: &'a str,
    pub needs: &'a [Thing],
    /// The caller hangs up after so long.
    pub hang_up: Option<Duration>,
}

#[derive(Debug)]
pub struct Reply {
    pub status: u16,
    pub location: Option<String>,
    pub cookies: Vec<(String, String)>,
    pub body: String,
}

impl Reply {
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_default()
    }

    /// A parameter of the address to which it leads.
    pub fn parameter(&self, name: &str) -> Option<String> {
        let url = url::Url::parse(self.location.as_deref()?).ok()?;
        url.query_pairs().find(|(key, _)| key == name).map(|(_, value)| value.into_owned())
    }
}

impl Caller {
    pub fn new(history: Arc<History>, ports: Vec<u16>) -> Self {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let none = reqwest::redirect::Policy::none();
        // A connection for each request: what one fault broke must not be another's failure.
        let http = reqwest::Client::builder().no_proxy().redirect(none).pool_max_idle_per_host(0).build().unwrap();
        Self { history, http, ports: Arc::new(ports) }
    }

    pub fn url(&self, replica: usize, path: &str) -> String {
        format!("http://127.0.0.1:{}{path}", self.ports[replica])
    }

    pub async fn ask(&self, question: Question<'_>, request: RequestBuilder) -> (Answer, Option<Reply>) {
        let asked = self.history.now();
        let patience = question.hang_up.unwrap_or(PATIENCE);
        let (answer, reply) = match tokio::time::timeout(patience, read(request)).await {
            Ok(Ok(reply)) => (judge(&question, &reply), Some(reply)),
            Ok(Err(error)) => (Answer::Unknown(format!("{error:?}").chars().take(200).collect()), None),
            Err(_) if question.hang_up.is_some() => (Answer::HungUp, None),
            Err(_) => (Answer::Unknown("no answer".into()), None),
        };
        let Question { replica, act, subject, needs, .. } = question;
        let (subject, needs, ended) = (subject.to_owned(), needs.to_vec(), self.history.now());
        self.history.keep(Entry { asked, ended, replica, act, subject, needs, answer: answer.clone() });
        (answer, reply)
    }
}

async fn read(request: RequestBuilder) -> Result<Reply, reqwest::Error> {
    let response = request.send().await?;
    let header = |value: &reqwest::header::HeaderValue| value.to_str().unwrap_or_default().to_owned();
    let cookie = |line: String| {
        let (name, value) = line.split(';').next()?.split_once('=')?;
        Some((name.to_owned(), value.to_owned()))
    };
    Ok(Reply {
        status: response.status().as_u16(),
        location: response.headers().get("location").map(header),
        cookies: response.headers().get_all("set-cookie").iter().filter_map(|line| cookie(header(line))).collect(),
        body: response.text().await?,
    })
}

fn judge(question: &Question<'_>, reply: &Reply) -> Answer {
    let said = || reply.json()["error"].as_str().map_or_else(|| reply.body.chars().take(300).collect(), str::to_owned);
    match (reply.status, reply.parameter("error")) {
        (503, _) => Answer::Unavailable,
        (429, _) => Answer::Unavailable,
        (500.., _) => Answer::Broken(format!("{} {}", reply.status, said())),
        (400.., _) => Answer::Refused(format!("{} {}", reply.status, said())),
        (_, Some(error)) if error == "temporarily_unavailable" => Answer::Unavailable,
        (_, Some(error)) if error == "server_error" => Answer::Broken(error),
        (_, Some(error)) => Answer::Refused(error),
        _ if question.act == "introspect" && reply.json()["active"] != Value::Bool(true) => {
            Answer::Refused("not active".into())
        }
        _ if question.act == "sso" && reply.location.as_ref().is_some_and(|to| to.contains("/login")) => {
            Answer::Refused("sent to the sign-in page".into())
        }
        _ => Answer::Accepted,
    }
}
