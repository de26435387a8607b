//! One person, her browser, and the relying party behind it: honest throughout.

use std::collections::BTreeMap;
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use motcua::base::secret::base64url;
use motcua::base::secret::sha256;
use serde_json::Value;
use url::Url;

use super::caller::CALLBACK;
use super::caller::Caller;
use super::caller::Question;
use super::caller::Reply;
use super::history::Answer;
use super::history::Received;
use super::history::Thing;
use super::random::Random;

pub const PASSWORD: &str = "correct horse battery";
pub const SECRET: &str = "portal-secret-of-a-test-that-is-long-enough";
pub const VERIFIER: &str = "a-code-verifier-that-is-at-least-43-characters-long";

pub struct User {
    pub number: usize,
    pub caller: Caller,
    pub random: Random,
    pub cookies: BTreeMap<String, String>,
    pub session: Option<Thing>,
    /// What lives, as far as this client knows.
    pub held: Vec<Received>,
    /// Codes that were redeemed, and when.
    pub spent: Vec<(String, Thing, Duration)>,
    count: usize,
}

impl User {
    pub fn new(number: usize, caller: Caller, seed: u64) -> Self {
        let random = Random::new(seed, number as u64 + 100);
        let (cookies, held, spent) = (BTreeMap::new(), Vec::new(), Vec::new());
        Self { number, caller, random, cookies, session: None, held, spent, count: 0 }
    }

    pub fn any_replica(&mut self) -> usize {
        self.random.below(self.caller.ports.len())
    }

    fn next(&mut self, kind: &str) -> Thing {
        self.count += 1;
        format!("{kind}:{}-{}", self.number, self.count)
    }

    /// Follows an authorization request to a code; signs in where a page asks for it.
    pub async fn code(&mut self, offline: bool, hang_up: Option<Duration>) -> Option<String> {
        let replica = self.any_replica();
        let mut target = authorization(offline);
        let mut form: Option<Vec<(String, String)>> = None;
        let mut signing_in = false;
        for step in 0..8 {
            let (needs, act) = match (&self.session, step, signing_in) {
                (Some(session), 0, _) => (vec![session.clone()], "sso"),
                (_, _, true) => (Vec::new(), "sign in"),
                _ => (Vec::new(), "page"),
            };
            let url = self.caller.url(replica, &target);
            let request = match form.take() {
                Some(form) => self.caller.http.post(url).form(&form),
                None => self.caller.http.get(url),
            };
            let path = target.split('?').next().unwrap_or_default().to_owned();
            let subject = format!("user {} at {path}", self.number);
            let hang_up = hang_up.filter(|_| signing_in);
            let question = Question { replica, act, subject: &subject, needs: &needs, hang_up };
            let (answer, reply) = self.caller.ask(question, request.header("cookie", self.cookie_line())).await;
            if act == "sso" && matches!(answer, Answer::Refused(_)) {
                self.session = None; // she signs in anew; the judge decides whether she had to
            }
            let reply = reply?;
            let was_signing_in = std::mem::take(&mut signing_in);
            self.remember(&reply);
            if was_signing_in && answer == Answer::Accepted && reply.location.is_some() {
                self.session = Some(self.next("session"));
            }
            if let Some(location) = &reply.location {
                if location.starts_with(CALLBACK) {
                    return reply.parameter("code");
                }
                target = path_of(location);
                continue;
            }
            let mut fields = inputs(&reply.body);
            match path.as_str() {
                "/login" => {
                    fields.push(("username".into(), format!("user{}", self.number)));
                    fields.push(("password".into(), PASSWORD.into()));
                    signing_in = true;
                }
                "/consent" => fields.push(("decision".into(), "allow".into())),
                _ => return None,
            }
            (target, form) = (path, Some(fields));
        }
        None
    }

    /// Redeems a code once; a client that hears nothing starts anew.
    pub async fn redeem(&mut self, code: &str, grant: &str, replica: usize, hang_up: Option<Duration>) -> Answer {
        let (answer, reply) = redeem(&self.caller, code, grant, replica, hang_up).await;
        self.caller.history.kept().spent.push((code.to_owned(), grant.to_owned()));
        self.spent.push((code.to_owned(), grant.to_owned(), self.caller.history.now()));
        if let (Answer::Accepted, Some(reply), Some(session)) = (&answer, reply, &self.session)
            && let Some(received) = received(grant, session, &reply.json())
        {
            self.caller.history.kept().received.insert(grant.to_owned(), received.clone());
            self.held.push(received);
        }
        answer
    }

    pub fn grant(&mut self) -> Thing {
        self.next("grant")
    }

    /// Signs out everywhere: two requests.
    pub async fn sign_out(&mut self) {
        let Some(session) = self.session.clone() else { return };
        let (replica, subject) = (self.any_replica(), session.clone());
        let url = self.caller.url(replica, "/logout/confirm");
        let question = Question { replica, act: "page", subject: &subject, needs: &[], hang_up: None };
        let request = self.caller.http.get(&url).header("cookie", self.cookie_line());
        let (_, Some(page)) = self.caller.ask(question, request).await else { return };
        let fields = inputs(&page.body);
        if fields.is_empty() {
            return;
        }
        let death = self.caller.history.dying(&session, "sign-out");
        let question = Question { replica, act: "sign out", subject: &subject, needs: &[], hang_up: None };
        let request = self.caller.http.post(&url).form(&fields).header("cookie", self.cookie_line());
        let (answer, reply) = self.caller.ask(question, request).await;
        let done = |reply: Reply| reply.location.is_some_and(|to| to.contains("/logout/done"));
        if answer == Answer::Accepted && reply.is_some_and(done) {
            self.caller.history.died(death);
        }
        // Answered or not: she goes on with a new session.
        self.session = None;
        self.cookies.retain(|name, _| name.contains("device"));
        self.held.retain(|received| received.refresh_token.is_some());
    }

    pub fn cookie_line(&self) -> String {
        self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("; ")
    }

    fn remember(&mut self, reply: &Reply) {
        for (name, value) in &reply.cookies {
            if value.is_empty() {
                self.cookies.remove(name);
            } else {
                self.cookies.insert(name.clone(), value.clone());
            }
        }
    }
}

/// A redemption; the code's grant is what a second one kills.
pub async fn redeem(
    caller: &Caller,
    code: &str,
    grant: &str,
    replica: usize,
    hang_up: Option<Duration>,
) -> (Answer, Option<Reply>) {
    let form =
        [("grant_type", "authorization_code"), ("code", code), ("redirect_uri", CALLBACK), ("code_verifier", VERIFIER)];
    let question = Question { replica, act: "redeem", subject: grant, needs: &[], hang_up };
    let request = caller.http.post(caller.url(replica, "/token")).header("authorization", basic("portal", SECRET));
    caller.ask(question, request.form(&form)).await
}

pub fn basic(client: &str, secret: &str) -> String {
    format!("Basic {}", STANDARD.encode(format!("{client}:{secret}")))
}

/// What a token response brought.
pub fn received(grant: &str, session: &str, body: &Value) -> Option<Received> {
    let access_token = body["access_token"].as_str()?.to_owned();
    let (header, claims) = (part(&access_token, 0)?, part(&access_token, 1)?);
    Some(Received {
        thing: grant.to_owned(),
        session: session.to_owned(),
        refresh_token: body["refresh_token"].as_str().map(str::to_owned),
        jti: claims["jti"].as_str()?.to_owned(),
        kid: header["kid"].as_str()?.to_owned(),
        access_token,
    })
}

fn part(jwt: &str, n: usize) -> Option<Value> {
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(jwt.split('.').nth(n)?).ok()?).ok()
}

pub fn authorization(offline: bool) -> String {
    let challenge = base64url(&sha256(VERIFIER.as_bytes()));
    let scope = if offline { "openid profile offline_access" } else { "openid profile" };
    let mut parameters = vec![
        ("response_type", "code"),
        ("client_id", "portal"),
        ("redirect_uri", CALLBACK),
        ("scope", scope),
        ("state", "0123456789abcdefghijklmn"),
        ("nonce", "0123456789abcdefghijklmn"),
        ("code_challenge", &challenge),
        ("code_challenge_method", "S256"),
    ];
    if offline {
        parameters.push(("prompt", "consent"));
    }
    path_of(Url::parse_with_params("http://localhost/authorize", parameters).unwrap().as_str())
}

/// Whatever host an address names, the replica of our choice is asked.
fn path_of(location: &str) -> String {
    let base = Url::parse("http://localhost/").unwrap();
    let url = base.join(location).unwrap();
    url.query().map_or_else(|| url.path().to_owned(), |query| format!("{}?{query}", url.path()))
}

/// Hidden fields and ticked boxes of a page's form.
fn inputs(body: &str) -> Vec<(String, String)> {
    let tags = body.split("<input").skip(1).filter_map(|rest| rest.split('>').next());
    let wanted =
        |tag: &&str| tag.contains("type=\"hidden\"") || tag.contains("type=\"checkbox\"") && tag.contains(" checked");
    tags.filter(wanted).filter_map(|tag| Some((attribute(tag, "name")?, attribute(tag, "value")?))).collect()
}

fn attribute(tag: &str, name: &str) -> Option<String> {
    let raw = tag.split(&format!(" {name}=\"")).nth(1)?.split('"').next()?;
    Some(raw.replace("&#34;", "\"").replace("&#38;", "&").replace("&amp;", "&").replace("&quot;", "\""))
}
