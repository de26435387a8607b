//! Looking for somebody, and at them: for a purpose and a reason, which stand in their history. Nobody is found by a part of
//! what they are known by, and nobody leafs through people.

use std::time::Duration;

use uuid::Uuid;

use crate::app::App;
use crate::base::fault::Fault;
use crate::base::time::Timestamp;
use crate::flows::admin::refusal::Refusal;
use crate::identity::assurance::Level;
use crate::identity::audit;
use crate::identity::audit::Event;
use crate::identity::authority::Act;
use crate::identity::authority::Role;
use crate::identity::glimpse::Glimpse;
use crate::identity::person::PersonalData;
use crate::identity::person::SignInName;
use crate::identity::purpose::Purpose;
use crate::outbound::sms;
use crate::parts::authority;
use crate::parts::authority::Subject;
use crate::parts::births;
use crate::parts::counting;
use crate::parts::people as sealed;
use crate::parts::record::Change;
use crate::parts::verified_phones;
use crate::store::births as stored;
use crate::store::people;
use crate::store::people::PersonRow;
use crate::store::proofings;

/// By what somebody is looked for: all of it, exactly.
#[derive(Clone, Debug)]
pub enum Sought {
    /// The number of the identity card.
    IdentityNumber(String),
    /// What they are called, and when they were born; several people may share both.
    NameAndBirthDate {
        /// The whole name.
        name: String,
        /// The date, as their records have it.
        birth_date: String,
    },
    /// The telephone number that they sign in with, or that was verified.
    Phone(String),
    /// The e-mail address.
    Email(String),
}

/// A person as an official sees them.
#[derive(Clone, Debug)]
pub struct Shown {
    /// Their id: it names them to this API and to nobody else.
    pub id: Uuid,
    /// What is known of them, as far as the role needs it.
    pub glimpse: Glimpse,
    /// How sure the state is of who they are.
    pub level: Level,
    /// Since when they may not sign in, if so.
    pub disabled_at: Option<Timestamp>,
    /// When the account closes, if they want it closed.
    pub closes_at: Option<Timestamp>,
}

/// Looks for somebody; whoever is found reads it in their history.
pub async fn search(
    app: &App,
    sought: &Sought,
    purpose: Purpose,
    now: Timestamp,
) -> Result<Result<Vec<Shown>, Refusal>, Fault> {
    let sight = match authority::sight(app, Act::PeopleFind, now).await? {
        Ok(sight) => sight,
        Err(refused) => return Ok(Err(refused.into())),
    };
    if let Err(refusal) = count(app, now).await? {
        return Ok(Err(refusal));
    }
    let found = match sought.find(app).await? {
        Err(why) if !why.starts_with(MANY) => return Ok(Err(Refusal::Mistake(why))),
        found => found,
    };
    let whom = found.as_deref().unwrap_or_default();
    let event = || Event::new(audit::Act::PersonSought).detail(purpose.detail(sought.kind()));
    let mut change = Change::begin(app).await?;
    whom.iter().for_each(|(row, _)| change.act(event().person(row.id)));
    if whom.is_empty() {
        change.act(event()); // whoever tries numbers is seen by those that are nobody's, or too many people's
    }
    change.commit().await?;
    let found = match found {
        Ok(found) => found,
        Err(why) => return Ok(Err(Refusal::Mistake(why))),
    };
    let roles = sight.roles();
    let mut shown = Vec::new();
    for (row, data) in &found {
        shown.push(show(app, row, data, roles.as_deref()).await?);
    }
    Ok(Ok(shown))
}

/// Looks at somebody who was found before; they read that as well.
pub async fn one(app: &App, id: Uuid, purpose: Purpose, now: Timestamp) -> Result<Result<Shown, Refusal>, Fault> {
    let row = match looked_at(app, Act::PeopleFind, id, (purpose, "person"), now).await? {
        Ok(row) => row,
        Err(refusal) => return Ok(Err(refusal)),
    };
    let sight = match authority::sight(app, Act::PeopleFind, now).await? {
        Ok(sight) => sight,
        Err(refused) => return Ok(Err(refused.into())),
    };
    let data = sealed::open(app, &row.data)?;
    show(app, &row, &data, sight.roles().as_deref()).await.map(Ok)
}

/// The person of whom something is looked at, which counts as a search and stands in their history; `what` says what it is.
pub(super) async fn looked_at(
    app: &App,
    act: Act,
    id: Uuid,
    (purpose, what): (Purpose, &str),
    now: Timestamp,
) -> Result<Result<PersonRow, Refusal>, Fault> {
    if let Err(refused) = authority::ask(app, act, &Subject::Person(id), now).await? {
        return Ok(Err(refused.into()));
    }
    if let Err(refusal) = count(app, now).await? {
        return Ok(Err(refusal));
    }
    let Some(row) = people::find(&app.db, id).await? else { return Ok(Err(Refusal::NotThere)) };
    let mut change = Change::begin(app).await?;
    change.act(Event::new(audit::Act::PersonLookedAt).person(id).detail(purpose.detail(what)));
    change.commit().await?;
    Ok(Ok(row))
}

/// One more of whoever acts here. An unusual number raises an alarm, once in an hour; many times as many are refused, for
/// nobody who helps people needs so many, and a stolen token does.
async fn count(app: &App, now: Timestamp) -> Result<Result<(), Refusal>, Fault> {
    let by = authority::by(app)?;
    if by.reason.is_none() {
        return Ok(Err(Refusal::Mistake("reason: say why".to_owned())));
    }
    let (usual, actor) = (u64::from(app.config.officials.searches), by.actor.stored());
    let counted = counting::count(app, &format!("searches:{actor}"), HOUR, now).await?;
    if counted == usual + 1 {
        let mut change = Change::begin(app).await?;
        change.act(Event::new(audit::Act::SearchesUnusual).detail(format!("more than {usual} in an hour")));
        change.commit().await?;
        tracing::warn!(target: "motcua::audit", actor, usual, "an official looks for more people than is usual");
    }
    if counted > usual.saturating_mul(REFUSED) {
        authority::tried(app, "more searches than are let through").await?;
        return Ok(Err(Refusal::TooMany(counting::rest(HOUR, now))));
    }
    Ok(Ok(()))
}

const HOUR: Duration = Duration::from_secs(3600);
/// How it begins to say that too many have one name and birth date.
pub const MANY: &str = "more than";
/// So many people are shown at most.
const FEW: usize = 5;
/// And so many are read: one more.
const READ: i64 = 6;

/// People of one name and birth date, one more than are shown where there are more.
async fn born(app: &App, digest: &[u8]) -> Result<Vec<Option<PersonRow>>, Fault> {
    let mut rows = Vec::new();
    for id in stored::of(&app.db, digest, READ).await? {
        rows.push(people::find(&app.db, id).await?);
    }
    Ok(rows)
}

/// So many times the usual number are let through.
const REFUSED: u64 = 5;

async fn show(app: &App, row: &PersonRow, data: &PersonalData, roles: Option<&[Role]>) -> Result<Shown, Fault> {
    Ok(Shown {
        id: row.id,
        glimpse: Glimpse::of(data, roles),
        level: proofings::level(&app.db, row.id).await?,
        disabled_at: row.disabled_at(),
        closes_at: row.closes_at(),
    })
}

impl Sought {
    /// What it is, as the trail says.
    const fn kind(&self) -> &'static str {
        match self {
            Self::IdentityNumber(_) => "by identity number",
            Self::NameAndBirthDate { .. } => "by name and birth date",
            Self::Phone(_) => "by phone",
            Self::Email(_) => "by e-mail",
        }
    }

    /// Who is known by it; else why it is nothing to look for.
    async fn find(&self, app: &App) -> Result<Result<Vec<(PersonRow, PersonalData)>, String>, Fault> {
        let rows = match self {
            Self::IdentityNumber(text) | Self::Email(text) => match SignInName::parse(text) {
                Some(name) => vec![sealed::named(app, &name).await?],
                None => return Ok(Err("what is looked for is empty or too long".to_owned())),
            },
            Self::Phone(text) => {
                let number = sms::international(text, &app.config.sms.country_code);
                let Some((number, name)) = number.and_then(|number| Some((SignInName::parse(&number)?, number))) else {
                    return Ok(Err("phone_number: expected one such as +84912000412".to_owned()));
                };
                vec![sealed::named(app, &number).await?, verified_phones::whose(app, &name).await?]
            }
            Self::NameAndBirthDate { name, birth_date } => match births::form(name, birth_date) {
                Ok(birth) => born(app, &births::digest(app, &birth)).await?,
                Err(why) => return Ok(Err(why)),
            },
        };
        let mut found: Vec<(PersonRow, PersonalData)> = Vec::new();
        for row in rows.into_iter().flatten() {
            let data = sealed::open(app, &row.data)?;
            if self.is_of(app, &data) && found.iter().all(|(known, _)| known.id != row.id) {
                found.push((row, data));
            }
        }
        if found.len() > FEW {
            return Ok(Err(format!("{MANY} {FEW} people are called so and were born then: look by something else")));
        }
        Ok(Ok(found))
    }

    /// Whether a person is known by exactly this: a name to sign in with may be another kind of name.
    fn is_of(&self, app: &App, data: &PersonalData) -> bool {
        let same = |text: &str, other: Option<&str>| {
            let form = |text: &str| SignInName::parse(text).map(|name| name.canonical().to_owned());
            other.and_then(form).is_some_and(|other| form(text) == Some(other))
        };
        match self {
            Self::IdentityNumber(text) => same(text, data.identity_number.as_deref()),
            Self::Email(text) => same(text, data.email()),
            Self::NameAndBirthDate { name, birth_date } => births::form(name, birth_date).ok() == births::of(data),
            Self::Phone(text) => {
                let form = |text: &str| sms::international(text, &app.config.sms.country_code);
                let own = data.own.as_ref().and_then(|own| own.phone_number.as_deref());
                let known = [own, data.verified_phone()].into_iter().flatten();
                known.filter_map(form).any(|known| form(text) == Some(known))
            }
        }
    }
}
