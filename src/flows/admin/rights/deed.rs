//! What waits for a second official: what it will do, and a digest of all that whoever asked saw of it.

use serde::Deserialize;
use serde::Serialize;
use serde_json::Value;
use serde_json::json;
use uuid::Uuid;

use crate::app::App;
use crate::base::day::Day;
use crate::base::fault::Fault;
use crate::base::secret::base64url;
use crate::base::secret::sha256;
use crate::base::time::Timestamp;
use crate::identity::assurance::Level;
use crate::identity::audit;
use crate::identity::audit::Event;
use crate::identity::authority::Act;
use crate::identity::authority::Agencies;
use crate::identity::authority::Holder;
use crate::identity::authority::Place;
use crate::identity::authority::Role;
use crate::identity::authority::Scope;
use crate::identity::authority::Wanted;
use crate::jose::jwa::KeyAlgorithm;
use crate::parts::authority as rights;
use crate::parts::authority::Subject;
use crate::parts::hierarchy;
use crate::parts::hierarchy::UnitId;
use crate::signing::personal_keys;
use crate::store::clients;
use crate::store::people;
use crate::store::proofings;
use crate::store::signing_keys;

/// What is asked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "deed", rename_all = "kebab-case")]
pub enum Deed {
    /// A right is given.
    Grant(Grant),
    /// A person who was looked at gets a code by which they come in again.
    Recover {
        /// Who.
        person: Uuid,
    },
    /// The current key of an algorithm gets a successor.
    RotateKey {
        /// Which algorithm.
        algorithm: String,
        /// Whether that signs at once.
        at_once: bool,
    },
    /// The key that seals what is known of people gets a successor.
    RotateDataKey,
    /// A key is revoked.
    RevokeKey {
        /// Which.
        kid: String,
    },
    /// Units succeed others.
    Succeed {
        /// What becomes of them, as `motcua units succeed` reads it.
        file: String,
        /// From which day on.
        day: Day,
        /// By which act of law, where a row does not say.
        legal_basis: Option<String>,
        /// What that comes to, as it was when it was asked for: what changes it makes what waits void.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        becomes: Option<String>,
    },
}

/// A right that is asked for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[allow(missing_docs)] // as in Wanted
pub struct Grant {
    pub person: Option<Uuid>,
    pub client: Option<String>,
    pub role: String,
    pub unit: Option<Uuid>,
    pub branch: Option<String>,
    pub agency: Option<String>,
    pub subordinates: bool,
    pub may_delegate: bool,
    pub from: Timestamp,
    pub until: Option<Timestamp>,
    /// The right that it replaces, whose unit is gone.
    pub in_place_of: Option<Uuid>,
    /// The right by which it is given.
    pub parent: Uuid,
}

impl Grant {
    /// Of a right that is wanted.
    pub fn of(wanted: &Wanted, in_place_of: Option<Uuid>, parent: Uuid) -> Self {
        let (person, client) = match &wanted.holder {
            Holder::Person(person) => (Some(*person), None),
            Holder::Client(client) => (None, Some(client.clone())),
        };
        let (agency, subordinates) = match &wanted.scope.agencies {
            Agencies::All => (None, false),
            Agencies::One(agency) => (Some(agency.clone()), false),
            Agencies::Below(agency) => (Some(agency.clone()), true),
        };
        Self {
            person,
            client,
            role: wanted.role.as_str().to_owned(),
            unit: wanted.scope.unit.map(|unit| unit.0),
            branch: wanted.scope.branch.clone(),
            agency,
            subordinates,
            may_delegate: wanted.may_delegate,
            from: wanted.from,
            until: wanted.until,
            in_place_of,
            parent,
        }
    }

    /// The right that is wanted.
    pub fn wanted(&self) -> Result<Wanted, Fault> {
        let unread = || Fault::broken("a pending act gives a right that this version does not know");
        let holder = match (self.person, &self.client) {
            (Some(person), _) => Holder::Person(person),
            (None, Some(client)) => Holder::Client(client.clone()),
            (None, None) => return Err(unread()),
        };
        let agencies = match &self.agency {
            None => Agencies::All,
            Some(agency) if self.subordinates => Agencies::Below(agency.clone()),
            Some(agency) => Agencies::One(agency.clone()),
        };
        let scope = Scope { unit: self.unit.map(UnitId), branch: self.branch.clone(), agencies };
        let role = Role::parse(&self.role).ok_or_else(unread)?;
        let Self { may_delegate, from, until, .. } = *self;
        Ok(Wanted { holder, role, scope, may_delegate, from, until })
    }
}

impl Deed {
    /// The act that it is.
    pub const fn act(&self) -> Act {
        match self {
            Self::Grant(_) => Act::RightsGrant,
            Self::Recover { .. } => Act::PeopleRecover,
            Self::RotateKey { .. } | Self::RotateDataKey => Act::KeysRotate,
            Self::RevokeKey { .. } => Act::KeysRevoke,
            Self::Succeed { .. } => Act::UnitsSucceed,
        }
    }

    /// Upon what.
    pub fn subject(&self) -> Result<Subject, Fault> {
        Ok(match self {
            Self::Grant(grant) => Subject::Within(grant.wanted()?.scope),
            Self::Recover { person } => Subject::Person(*person),
            Self::RotateKey { .. } | Self::RotateDataKey | Self::RevokeKey { .. } | Self::Succeed { .. } => {
                Subject::Country
            }
        })
    }

    /// For whom, where it is a person.
    pub const fn person(&self) -> Option<Uuid> {
        match self {
            Self::Grant(grant) => grant.person,
            Self::Recover { person } => Some(*person),
            Self::RotateKey { .. } | Self::RotateDataKey | Self::RevokeKey { .. } | Self::Succeed { .. } => None,
        }
    }

    /// Whether it is this one's own matter.
    pub fn is_for(&self, holder: &Holder) -> bool {
        match holder {
            Holder::Person(person) => self.person() == Some(*person),
            Holder::Client(client) => matches!(self, Self::Grant(grant) if grant.client.as_ref() == Some(client)),
        }
    }

    /// What the trail says of it.
    pub(super) fn event(&self, act: audit::Act, id: Uuid) -> Event {
        Event { person: self.person(), ..Event::new(act) }.detail(format!("{id} {}", self.act().as_str()))
    }

    /// As it is stored.
    pub fn stored(&self) -> Result<Value, Fault> {
        serde_json::to_value(self).map_err(Fault::broken)
    }

    /// The one that is stored so.
    pub fn read(value: &Value) -> Result<Self, Fault> {
        serde_json::from_value(value.clone()).map_err(Fault::broken)
    }

    /// The digest of all that counts for it, as it is now; `None` where what it is about is not there.
    pub async fn seen(&self, app: &App, now: Timestamp) -> Result<Option<[u8; 32]>, Fault> {
        let sight = match self {
            Self::Grant(grant) => of_grant(app, grant, now).await?,
            // Nobody knows that an account is theirs whose identity was never verified.
            Self::Recover { person } if proofings::level(&app.db, *person).await? < Level::Two => None,
            Self::Recover { person } => of_person(app, *person).await?,
            Self::RotateKey { algorithm, .. } => {
                let line = algorithm.parse::<KeyAlgorithm>().ok();
                line.map(|line| json!(app.keyring.newest(line.into())))
            }
            Self::RotateDataKey => {
                let keys = personal_keys::list(&app.db, now).await?;
                keys.last().map(|(number, since, _)| json!([number, since.micros()]))
            }
            Self::RevokeKey { kid } => {
                let rows = signing_keys::all(&app.db).await?;
                rows.into_iter().find(|row| row.kid == *kid).map(|row| json!(row.revoked_at().is_some()))
            }
            Self::Succeed { .. } => Some(json!(hierarchy::whole(app).await?.revision)),
        };
        sight.map(|sight| self.with(sight)).transpose()
    }

    /// The same of what is about units, at a revision of the hierarchy.
    pub(super) fn seen_at(&self, revision: i64) -> Result<[u8; 32], Fault> {
        self.with(json!(revision))
    }

    fn with(&self, sight: Value) -> Result<[u8; 32], Fault> {
        let whole = serde_json::to_vec(&(self.stored()?, sight)).map_err(Fault::broken)?;
        Ok(sha256(&whole))
    }
}

/// Where the right would reach, who would have it, and the rights that it rests on and replaces.
async fn of_grant(app: &App, grant: &Grant, now: Timestamp) -> Result<Option<Value>, Fault> {
    let (hierarchy, day) = (hierarchy::whole(app).await?, hierarchy::today(app, now));
    let Place { units, branches, agencies, .. } = Place::of_scope(&grant.wanted()?.scope, &hierarchy, day);
    let holder = match (grant.person, &grant.client) {
        (Some(person), _) => of_person(app, person).await?,
        (None, Some(client)) => clients::find(&app.db, client).await?.map(|client| json!(client.epoch)),
        (None, None) => None,
    };
    let Some(holder) = holder else { return Ok(None) };
    let mut rests_on = Vec::new();
    for right in [Some(grant.parent), grant.in_place_of].into_iter().flatten() {
        let Some(right) = rights::find(app, right, now).await? else { return Ok(None) };
        rests_on.push(json!([right.standing.unit(), right.revoked_at]));
    }
    Ok(Some(json!([units, branches, agencies, holder, rests_on])))
}

/// Under which names somebody is known, how surely, and whether they may sign in; not what they are called.
async fn of_person(app: &App, person: Uuid) -> Result<Option<Value>, Fault> {
    let Some(row) = people::find(&app.db, person).await?.filter(|row| !row.is_disabled()) else { return Ok(None) };
    let level = proofings::level(&app.db, person).await?.number();
    let names: Vec<String> = row.digests().all().map(base64url).collect();
    Ok(Some(json!([person, names, level])))
}
