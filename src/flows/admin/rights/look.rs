//! What commands and pages see of rights, and how they name what they ask about.

use serde_json::Value;
use serde_json::json;
use uuid::Uuid;

use super::Given;
use super::Refusal;
use super::bounds;
use super::bounds::Named;
use super::deed::Deed;
use super::pending::Row;
use super::pending::State;
pub use super::waiting::Shown;
use super::waiting::Waiting;
use crate::app::App;
use crate::base::fault::Fault;
use crate::base::time::Timestamp;
use crate::flows::admin::people;
use crate::identity::audit::By;
use crate::identity::authority::Act;
use crate::identity::authority::Actor;
use crate::identity::authority::Authority;
use crate::identity::authority::Holder;
use crate::identity::authority::Kind;
use crate::identity::authority::Scope;
use crate::identity::authority::Standing;
use crate::identity::authority::Wanted;
use crate::parts::authority as rights;
pub use crate::parts::authority::Answer as Answered;
pub use crate::parts::authority::Asker;
pub use crate::parts::authority::OfficeOf;
use crate::parts::authority::Subject;
pub use crate::parts::authority::offices;
use crate::parts::hierarchy;
use crate::parts::hierarchy::Hierarchy;
use crate::parts::people as sealed;
use crate::store::people as rows;

/// Who signs in with this name.
pub async fn person(app: &App, name: &str) -> Result<Option<Uuid>, Fault> {
    Ok(people::find(app, name).await?.map(|row| row.id))
}

/// A person by any name, or `client:ID`.
pub async fn holder(app: &App, named: &str) -> Result<Option<Holder>, Fault> {
    match named.strip_prefix("client:") {
        Some(client) => Ok(Some(Holder::Client(client.to_owned()))),
        None => Ok(person(app, named).await?.map(Holder::Person)),
    }
}

/// One right for each holder.
pub async fn wanted(
    app: &App,
    named: &Named,
    holders: Vec<Holder>,
    now: Timestamp,
) -> Result<Result<Vec<Wanted>, String>, Fault> {
    let hierarchy = hierarchy::whole(app).await?;
    Ok(holders.into_iter().map(|holder| named.wanted(app, &hierarchy, holder, now)).collect())
}

/// A right whose unit is gone is given again, for these units.
pub async fn settle(
    app: &App,
    by: &By,
    id: Uuid,
    units: &[String],
    now: Timestamp,
) -> Result<Result<Given, Refusal>, Fault> {
    let Some(former) = rights::find(app, id, now).await? else { return Ok(Err(Refusal::NotThere)) };
    if matches!(former.standing, Standing::At(_) | Standing::Everywhere) {
        return Ok(Err(Refusal::Mistake("its unit is there: there is nothing to decide".to_owned())));
    }
    let hierarchy = hierarchy::whole(app).await?;
    let mut wanted = Vec::new();
    for code in units {
        match bounds::unit(&hierarchy, code, hierarchy::today(app, now)) {
            Ok(unit) => wanted.push(Wanted {
                holder: former.holder.clone(),
                role: former.role,
                scope: Scope { unit: Some(unit), ..former.scope.clone() },
                may_delegate: former.may_delegate,
                from: former.from.max(now),
                until: former.until,
            }),
            Err(why) => return Ok(Err(Refusal::Mistake(why))),
        }
    }
    super::grant(app, by, &wanted, Some(id), now).await
}

/// What is asked of somebody.
pub struct Asked<'a> {
    /// Of whom, and of which of their offices.
    pub asker: Asker<'a>,
    /// The act by its name, or `every`.
    pub act: &'a str,
    /// The target as a command names it.
    pub target: &'a str,
}

/// The verdicts, one for each act that is asked about; else what is wrong with the question.
pub async fn check(app: &App, asked: &Asked<'_>, at: Timestamp) -> Result<Result<Vec<Answered>, String>, Fault> {
    let acts: Vec<Act> = match Act::parse(asked.act) {
        Some(act) => vec![act],
        None if asked.act == "every" => Act::ALL.into(),
        None => {
            let all: Vec<&str> = Act::ALL.iter().map(|act| act.as_str()).collect();
            return Ok(Err(format!("{:?} is no act; expected every, or one of {}", asked.act, all.join(", "))));
        }
    };
    let subject = match subject(app, asked.target, at).await? {
        Ok(subject) => subject,
        Err(why) => return Ok(Err(why)),
    };
    Ok(match (rights::each(app, asked.asker, &acts, &subject, at).await?, acts.as_slice()) {
        (None, _) => Err(format!("there is no {}", asked.target)),
        (Some(answers), [act]) if answers.is_empty() => Err(format!("{} is about {}", asked.act, named_as(act.kind()))),
        (Some(answers), _) => Ok(answers),
    })
}

/// How a target of a kind is named.
const fn named_as(kind: Kind) -> &'static str {
    match kind {
        Kind::Unit => "a unit: name it as unit:CODE",
        Kind::Branch => "a branch: name it as branch:CODE",
        Kind::Agency => "an agency: name it as agency:ID",
        Kind::Service => "a service: name it as service:ID",
        Kind::Client | Kind::Environment => "a client: name it as client:ID",
        Kind::Right => "a right: name it as right:ID, or where it reaches as unit:CODE or agency:ID",
        Kind::PendingAct => "what waits: name what that is about",
        Kind::Person | Kind::Session | Kind::Grant => "a person: name them as person:NAME",
        Kind::Key | Kind::Outbox | Kind::Declaration => "the whole country: name it as country",
        Kind::Figures => "a place: name it as country, unit:CODE, branch:CODE, agency:ID or service:ID",
        Kind::Audit => "a part of the trail: name it as country, unit:CODE, agency:ID or client:ID",
    }
}

async fn subject(app: &App, text: &str, at: Timestamp) -> Result<Result<Subject, String>, Fault> {
    let unread = || {
        let expected = "country, unit:CODE, branch:CODE, agency:ID, service:ID, client:ID, person:NAME or right:ID";
        Ok(Err(format!("{text:?} is no target; expected {expected}")))
    };
    if text == "country" {
        return Ok(Ok(Subject::Country));
    }
    let Some((kind, name)) = text.split_once(':') else { return unread() };
    Ok(Ok(match kind {
        "unit" => {
            let hierarchy = hierarchy::whole(app).await?;
            match bounds::unit(&hierarchy, name, hierarchy::today(app, at)) {
                Ok(unit) => Subject::Unit(unit),
                Err(why) => return Ok(Err(why)),
            }
        }
        "branch" => Subject::Branch(name.to_owned()),
        "agency" => Subject::Agency(name.to_owned()),
        "service" => Subject::Service(name.to_owned()),
        "client" => Subject::Client(name.to_owned()),
        "person" => match (name.parse(), person(app, name).await?) {
            (Ok(id), _) | (Err(_), Some(id)) => Subject::Person(id),
            (Err(_), None) => return Ok(Err(format!("nobody signs in with the name {name}"))),
        },
        "right" => match name.parse() {
            Ok(id) => Subject::Right(id),
            Err(_) => return unread(),
        },
        _ => return unread(),
    }))
}

/// A right, with the words that belong to it.
pub struct Listed {
    /// The right.
    pub authority: Authority,
    /// Who has it: a user name, or a client.
    pub holder: String,
    /// Where, by codes.
    pub bounds: String,
    /// What became of its unit, or of it.
    pub note: Option<String>,
}

impl Listed {
    /// Whether somebody has to decide who has it.
    pub const fn is_undecided(&self) -> bool {
        matches!(self.authority.standing, Standing::Undecided { .. } | Standing::Abolished { .. })
    }

    /// For a program.
    pub fn json(&self) -> Value {
        let right = &self.authority;
        json!({
            "id": right.id,
            "holder": right.holder.stored(),
            "name": self.holder,
            "role": right.role.as_str(),
            "bounds": self.bounds,
            "may_delegate": right.may_delegate,
            "from": right.from.to_string(),
            "until": right.until.map(|until| until.to_string()),
            "granted_by": right.granted_by.stored(),
            "approved_by": right.approved_by.as_ref().map(Actor::stored),
            "undecided": self.is_undecided(),
            "note": self.note,
        })
    }
}

/// Every right that is not over at an instant, or all that one person has had.
pub async fn list(app: &App, person: Option<Uuid>, at: Timestamp) -> Result<Vec<Listed>, Fault> {
    let all = match person {
        Some(person) => rights::of(app, &Holder::Person(person), at).await?,
        None => rights::all(app, at).await?,
    };
    described(app, all).await
}

/// The same rights in words.
pub async fn described(app: &App, all: Vec<Authority>) -> Result<Vec<Listed>, Fault> {
    let hierarchy = hierarchy::whole(app).await?;
    let mut listed = Vec::new();
    for authority in all {
        let holder = called(app, &Actor::Official(authority.holder.clone())).await?;
        let bounds = bounds::told(&hierarchy, &authority.scope);
        let note = note(&hierarchy, &authority);
        listed.push(Listed { authority, holder, bounds, note });
    }
    Ok(listed)
}

fn note(hierarchy: &Hierarchy, right: &Authority) -> Option<String> {
    let unit = |unit| bounds::told(hierarchy, &Scope { unit, ..Scope::default() });
    let became = match &right.standing {
        Standing::Everywhere | Standing::At(_) => None,
        Standing::Abolished { parent } => Some(format!("its unit was abolished: {} has it", unit(*parent))),
        Standing::Undecided { parent, among } => {
            let among: Vec<String> = among.iter().map(|one| unit(Some(*one))).collect();
            let among = among.join(", ");
            Some(format!("its unit was divided among {among}: {} has it until somebody decides", unit(*parent)))
        }
    };
    right.revoked_at.map(|at| format!("ended {at}")).or(became)
}

/// A user name, a client, or the machine's operator.
pub async fn called(app: &App, actor: &Actor) -> Result<String, Fault> {
    Ok(match actor {
        Actor::Machine => "the machine's operator".to_owned(),
        Actor::Official(Holder::Client(client)) => format!("client {client}"),
        Actor::Official(Holder::Person(person)) => {
            let row = rows::find(&app.db, *person).await?;
            let data = row.map(|row| sealed::open(app, &row.data)).transpose()?;
            data.and_then(|data| data.user_name).unwrap_or_else(|| person.to_string())
        }
    })
}

/// What waits: as it is stored, and as it is told.
pub struct Looked {
    /// As it is stored.
    pub row: Row,
    /// As it is told.
    pub shown: Shown,
}

impl Looked {
    /// As lists tell it, in which no file stands.
    pub fn briefly(mut self) -> Self {
        if let Some(deed) = self.shown.json.get_mut("deed").and_then(Value::as_object_mut) {
            deed.remove("file");
        }
        self
    }
}

/// All that is known of what waits.
pub async fn pending(app: &App, row: &Row, now: Timestamp) -> Result<Looked, Fault> {
    let deed = Deed::read(&row.deed.0)?;
    let (asked_by, decided) = (row.asked_by()?, row.decided());
    let decided_by_name = match &decided {
        Some((by, _)) => Some(called(app, by).await?),
        None => None,
    };
    let waiting = Waiting {
        id: row.id,
        act: row.act.clone(),
        what: told(app, &deed).await?,
        deed: row.deed.0.clone(),
        asked_by_name: called(app, &asked_by).await?,
        asked_by: asked_by.stored(),
        office: row.office.clone(),
        reason: row.reason.clone(),
        asked_at: row.asked_at().to_string(),
        expires_at: row.expires_at().to_string(),
        state: row.state().as_str().to_owned(),
        is_over: row.state() == State::Waits && row.expires_at() <= now,
        decided_by: decided.as_ref().map(|(by, _)| by.stored()),
        decided_by_name,
        decided_at: decided.as_ref().map(|(_, at)| at.to_string()),
        done_at: row.done_at().map(|at| at.to_string()),
        why: row.why.clone(),
        right: None,
    };
    Ok(Looked { row: row.clone(), shown: waiting.shown()? })
}

async fn told(app: &App, deed: &Deed) -> Result<String, Fault> {
    Ok(match deed {
        Deed::Grant(grant) => {
            let wanted = grant.wanted()?;
            let holder = called(app, &Actor::Official(wanted.holder.clone())).await?;
            let bounds = bounds::told(&*hierarchy::whole(app).await?, &wanted.scope);
            let on = if wanted.may_delegate { ", to be given on" } else { "" };
            let until = wanted.until.map(|until| format!(", until {until}")).unwrap_or_default();
            let place = grant.in_place_of.map(|id| format!(", in place of right {id}")).unwrap_or_default();
            format!("{} for {holder}, {bounds}{on}, from {}{until}{place}", wanted.role.as_str(), wanted.from)
        }
        Deed::Recover { person } => {
            format!("a code for {}", called(app, &Actor::Official(Holder::Person(*person))).await?)
        }
        Deed::RotateKey { algorithm, at_once } => {
            format!("another {algorithm} key{}", if *at_once { ", at once" } else { "" })
        }
        Deed::RotateDataKey => "another key that seals what is known of people".to_owned(),
        Deed::RevokeKey { kid } => format!("revoke the key {kid}"),
        Deed::Succeed { file, day, becomes, .. } => {
            let becomes = becomes.as_ref().map(|becomes| format!(": {becomes}")).unwrap_or_default();
            format!("what became of units, from {day} on, by a file of {} lines{becomes}", file.lines().count())
        }
    })
}
