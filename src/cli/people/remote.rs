//! `motcua people`, through the API of a server: whom an official looks for, he says why, and for what.

use serde::Deserialize;
use serde_json::Value;
use serde_json::json;
use uuid::Uuid;

use super::Because;
use super::Done;
use super::Entered;
use super::Few;
use super::Who;
use crate::cli::Failure;
use crate::cli::server::Server;
use crate::cli::server::not_there;
use crate::cli::terminal;
use crate::outbound::api::Asked;
use crate::outbound::api::Body;

pub(super) async fn act(server: &Server, command: Few, because: &Because) -> Result<Done, Failure> {
    let desk = Desk { server, because };
    match command {
        Few::Add(entered) => desk.add(entered).await,
        Few::SetPassword(_) => Err(not_there(
            "people set-password",
            "no official sets another's password: have them recover their account",
        )),
        Few::Count { .. } => Err(not_there("people count", "nobody counts people but who has the database")),
        Few::Show(Who { name }) => {
            let person = desk.found(&name).await?;
            Ok(Done(format!("{}\n", serde_json::to_string_pretty(&person)?), person))
        }
        Few::SignOut { who: Who { name }, everything } => {
            let (id, reason) = (desk.id(&name).await?, desk.reason()?);
            let query = [("reason", reason), ("everything", if everything { "true" } else { "false" })];
            let path = ["people", &id, "sign-out"];
            let asked = Asked { method: "POST", path: &path, query: &query, headers: &[], body: None };
            let SignedOut { sessions_ended } = server.read(&asked).await?;
            let text = format!("signed out {name}: {sessions_ended} sessions ended\n");
            Ok(Done(text, json!({ "name": name, "sessions_ended": sessions_ended })))
        }
        Few::Disable(Who { name }) => {
            desk.change::<Value>("POST", &name, "disablement", None).await?;
            Ok(Done(format!("disabled {name}\n"), json!({ "name": name, "disabled": true })))
        }
        Few::Enable(Who { name }) => {
            desk.change::<Value>("DELETE", &name, "disablement", None).await?;
            Ok(Done(format!("enabled {name}\n"), json!({ "name": name, "disabled": false })))
        }
        Few::Proof { who: Who { name }, level, method, evidence, agency, identity_number } => {
            let proof = json!({
                "level": level, "method": method, "evidence": evidence, "agency": agency,
                "identity_number": identity_number,
            });
            let Known { level } = desk.change("POST", &name, "proofs", Some(&proof)).await?;
            Ok(Done(format!("{name} is known at level {level}\n"), json!({ "name": name, "level": level })))
        }
        Few::Recover(Who { name }) => {
            let Became { pending } = desk.change("POST", &name, "recovery", None).await?;
            let text = pending.iter().map(|id| format!("asked for approval: {id}\n")).collect();
            Ok(Done(text, json!({ "pending": pending })))
        }
        Few::Remove { who: Who { name }, yes } => {
            let (id, reason) = (desk.id(&name).await?, desk.reason()?);
            if !yes && !terminal::confirm(&format!("This removes {name} ({id}) for good. Go on?")) {
                return Err(Failure(format!("{name} stays: say --yes where nobody can be asked")));
            }
            server.change::<Value>("DELETE", &["people", &id], reason, None).await?;
            Ok(Done(format!("removed {name} ({id})\n"), json!({ "name": name, "id": id })))
        }
    }
}

struct Desk<'a> {
    server: &'a Server,
    because: &'a Because,
}

impl Desk<'_> {
    fn reason(&self) -> Result<&str, Failure> {
        let missing = || Failure("an official says why: --reason TEXT".into());
        self.because.reason.as_deref().ok_or_else(missing)
    }

    async fn add(&self, Entered { name, identity_number, claims }: Entered) -> Result<Done, Failure> {
        let reason = self.reason()?;
        let password = terminal::new_password()?;
        let claims: serde_json::Map<String, Value> = claims.into_iter().collect();
        let new = json!({
            "user_name": name, "identity_number": identity_number, "password": password.expose(), "claims": claims,
        });
        let Added { id } = self.server.change("POST", &["people"], reason, Some(&new)).await?;
        Ok(Done(format!("added {name} ({id})\n"), json!({ "name": name, "id": id })))
    }

    /// Has something of a person changed.
    async fn change<T: serde::de::DeserializeOwned>(
        &self,
        method: &str,
        name: &str,
        what: &str,
        body: Option<&Value>,
    ) -> Result<T, Failure> {
        let (id, reason) = (self.id(name).await?, self.reason()?);
        self.server.change(method, &["people", &id, what], reason, body).await
    }

    async fn id(&self, name: &str) -> Result<String, Failure> {
        if name.parse::<Uuid>().is_ok() {
            return Ok(name.to_owned());
        }
        let person = self.found(name).await?;
        let id = person.get("id").and_then(Value::as_str).unwrap_or_default();
        Ok(id.to_owned())
    }

    /// The person of an id, an e-mail address, a telephone number or an identity number.
    async fn found(&self, name: &str) -> Result<Value, Failure> {
        let missing = || Failure("an official says for what somebody is looked up: --purpose PURPOSE".into());
        let purpose = self.because.purpose.as_deref().ok_or_else(missing)?;
        let query = [("reason", self.reason()?), ("purpose", purpose)];
        if name.parse::<Uuid>().is_ok() {
            return self.server.get(&["people", name], &query).await;
        }
        let by = match name {
            _ if name.contains('@') => "email",
            _ if name.starts_with('+') => "phone_number",
            _ if !name.is_empty() && name.chars().all(|c| c.is_ascii_digit()) => "identity_number",
            _ => {
                let mend = "name the person by id, e-mail address, telephone number (+84…) or identity number";
                return Err(Failure(format!("{name:?}: officials look for nobody by a user name: {mend}")));
            }
        };
        let (path, body) = (["people", "searches"], json!({ by: name }));
        let asked = Asked { method: "POST", path: &path, query: &query, headers: &[], body: Some(Body::Json(&body)) };
        let Found { items } = self.server.read(&asked).await?;
        match <[Value; 1]>::try_from(items) {
            Ok([person]) => Ok(person),
            Err(items) if items.is_empty() => Err(Failure(format!("nobody is found by {name}"))),
            Err(items) => Err(Failure(format!("{} people are found by {name}: name one by id", items.len()))),
        }
    }
}

#[derive(Deserialize)]
struct Found {
    items: Vec<Value>,
}

#[derive(Deserialize)]
struct Added {
    id: Uuid,
}

#[derive(Deserialize)]
struct SignedOut {
    sessions_ended: usize,
}

#[derive(Deserialize)]
struct Known {
    level: i64,
}

#[derive(Deserialize)]
struct Became {
    pending: Vec<Uuid>,
}
