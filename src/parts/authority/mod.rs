//! Who may do what: rights as they are at an instant, where things lie then, and the one answer. Nothing else decides.

mod asking;
mod ending;
pub mod words;

use std::collections::BTreeSet;
use std::sync::Arc;

use uuid::Uuid;

pub use self::asking::Refused;
pub use self::asking::Sight;
pub use self::asking::ask;
pub use self::asking::by;
pub use self::asking::sight;
pub use self::asking::tried;
pub use self::ending::Ended;
pub use self::ending::end_in;
pub use self::ending::take_in;
use crate::app::App;
use crate::base::day::Day;
use crate::base::fault::Fault;
use crate::base::time::Timestamp;
use crate::i18n::Lang;
use crate::identity::audit::By;
use crate::identity::authority;
use crate::identity::authority::Act;
use crate::identity::authority::Authority;
use crate::identity::authority::Held;
use crate::identity::authority::Holder;
use crate::identity::authority::Kind;
use crate::identity::authority::Office;
use crate::identity::authority::Place;
use crate::identity::authority::Scope;
use crate::identity::authority::Standing;
use crate::identity::authority::Target;
use crate::identity::authority::Verdict;
use crate::identity::authority::Whereabouts;
use crate::parts::hierarchy;
use crate::parts::hierarchy::Hierarchy;
use crate::parts::hierarchy::UnitId;
use crate::store::agencies;
use crate::store::clients;
use crate::store::people;
use crate::store::rights;
use crate::store::rights::Row;

/// What somebody would act upon.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Subject {
    /// What is the whole country's.
    Country,
    /// A unit.
    Unit(UnitId),
    /// A branch.
    Branch(String),
    /// An agency, or what is to belong to it.
    Agency(String),
    /// A service.
    Service(String),
    /// A client.
    Client(String),
    /// A person.
    Person(Uuid),
    /// A right that is there.
    Right(Uuid),
    /// All within some bounds.
    Within(Scope),
}

/// Whose rights count.
#[derive(Clone, Copy, Debug)]
pub struct Asker<'a> {
    /// Whoever has them.
    pub holder: &'a Holder,
    /// Those of this office alone, where there is one.
    pub office: Option<&'a Office>,
}

impl<'a> Asker<'a> {
    /// The official who is behind `by`, in the office in which he acts.
    pub const fn of(by: &'a By, holder: &'a Holder) -> Self {
        Self { holder, office: by.office.as_ref() }
    }
}

impl<'a> From<&'a Holder> for Asker<'a> {
    fn from(holder: &'a Holder) -> Self {
        Self { holder, office: None }
    }
}

/// An answer, with all that it rests on.
pub struct Answer {
    /// The act that was asked about.
    pub act: Act,
    /// The answer.
    pub verdict: Verdict,
    rights: Arc<[Authority]>,
    hierarchy: Arc<Hierarchy>,
}

impl Answer {
    /// In words that an official reads.
    pub fn words(&self, lang: Lang) -> String {
        words::verdict(lang, &self.hierarchy, &self.rights, self.act, &self.verdict)
    }
}

/// Whether a holder may do `act` to `subject` at an instant; `None` where there is no such subject.
pub async fn may<'a>(
    app: &App,
    asker: impl Into<Asker<'a>>,
    act: Act,
    subject: &Subject,
    at: Timestamp,
) -> Result<Option<Answer>, Fault> {
    let view = View::of(app, at).await?;
    let Some(found) = view.found(subject).await? else { return Ok(None) };
    let rights = view.rights(asker.into()).await?.into();
    Ok(Some(view.answer(&rights, act, found.target(subject, act.kind()))))
}

/// The answers about those of `acts` that are about such a subject, all from one look; `None` where there is none.
pub async fn each(
    app: &App,
    asker: Asker<'_>,
    acts: &[Act],
    subject: &Subject,
    at: Timestamp,
) -> Result<Option<Vec<Answer>>, Fault> {
    let view = View::of(app, at).await?;
    let Some(found) = view.found(subject).await? else { return Ok(None) };
    let rights = view.rights(asker).await?.into();
    let about = acts.iter().map(|act| (*act, found.clone().target(subject, act.kind())));
    let about = about.filter(|(act, target)| target.kind == act.kind());
    Ok(Some(about.map(|(act, target)| view.answer(&rights, act, target)).collect()))
}

/// All that a holder ever had, as of an instant; nothing, where they are not here, or may not sign in.
pub async fn of<'a>(app: &App, asker: impl Into<Asker<'a>>, at: Timestamp) -> Result<Vec<Authority>, Fault> {
    View::of(app, at).await?.rights(asker.into()).await
}

/// All that a holder ever had, as of an instant, whatever became of the holder.
pub async fn ever(app: &App, holder: &Holder, at: Timestamp) -> Result<Vec<Authority>, Fault> {
    let view = View::of(app, at).await?;
    as_of(rights::of(&app.db, holder).await?, &view.hierarchy, view.day)
}

/// The offices in which a holder can act, in the order of their rights, each with what he has there and what it is called.
pub async fn offices(app: &App, holder: &Holder, at: Timestamp, lang: Lang) -> Result<Vec<OfficeOf>, Fault> {
    let view = View::of(app, at).await?;
    let mut offices: Vec<OfficeOf> = Vec::new();
    for right in view.rights(holder.into()).await?.into_iter().filter(|right| right.counts(at).is_ok()) {
        let office = Office::of(&right);
        match offices.iter_mut().find(|known| known.office == office) {
            Some(known) => known.rights.push(right),
            None => {
                let called = words::place(lang, &view.hierarchy, &office.0);
                offices.push(OfficeOf { office, called, rights: vec![right] });
            }
        }
    }
    Ok(offices)
}

/// An office of somebody.
pub struct OfficeOf {
    /// Which.
    pub office: Office,
    /// What an official calls it.
    pub called: String,
    /// The rights in it that count.
    pub rights: Vec<Authority>,
}

/// One right.
pub async fn find(app: &App, id: Uuid, at: Timestamp) -> Result<Option<Authority>, Fault> {
    View::of(app, at).await?.right(id).await
}

/// Every right that is not over.
pub async fn all(app: &App, at: Timestamp) -> Result<Vec<Authority>, Fault> {
    let view = View::of(app, at).await?;
    as_of(rights::all(&app.db, at).await?, &view.hierarchy, view.day)
}

/// Those of some units for which there are any.
pub async fn given(app: &App, units: &[UnitId]) -> Result<BTreeSet<UnitId>, Fault> {
    Ok(rights::given(&app.db, units).await?.into_iter().map(UnitId).collect())
}

/// Where a subject is, as something of this kind; `None` where it is not there.
pub async fn target(app: &App, kind: Kind, subject: &Subject, at: Timestamp) -> Result<Option<Target>, Fault> {
    Ok(View::of(app, at).await?.found(subject).await?.map(|found| found.target(subject, kind)))
}

fn as_of(rows: Vec<Row>, hierarchy: &Hierarchy, day: Day) -> Result<Vec<Authority>, Fault> {
    let known = rows.iter().filter_map(|row| Some((row, row.role()?))); // a role of a later version gives nothing here
    let authorities = known.map(|(row, role)| {
        let given = row.scope();
        let standing = Standing::of(given.unit, hierarchy, day);
        let unit = if let Standing::At(unit) = standing { Some(unit) } else { given.unit };
        Ok(Authority {
            id: row.id,
            holder: row.holder()?,
            role,
            scope: Scope { unit, ..given },
            standing,
            may_delegate: row.may_delegate,
            from: row.from(),
            until: row.until(),
            granted_by: row.granted_by()?,
            approved_by: row.approved_by(),
            revoked_at: row.revoked_at(),
        })
    });
    authorities.collect()
}

/// What one question rests on, read once, so that its parts agree.
struct View<'a> {
    app: &'a App,
    hierarchy: Arc<Hierarchy>,
    day: Day,
    at: Timestamp,
}

impl<'a> View<'a> {
    async fn of(app: &'a App, at: Timestamp) -> Result<Self, Fault> {
        Ok(Self { app, hierarchy: hierarchy::whole(app).await?, day: hierarchy::today(app, at), at })
    }

    async fn rights(&self, asker: Asker<'_>) -> Result<Vec<Authority>, Fault> {
        let (db, Asker { holder, office }) = (&self.app.db, asker);
        if let Holder::Person(person) = holder
            && people::find(db, *person).await?.is_none_or(|row| row.is_disabled())
        {
            return Ok(Vec::new());
        }
        let mut rights = as_of(rights::of(db, holder).await?, &self.hierarchy, self.day)?;
        rights.retain(|right| office.is_none_or(|office| *office == Office::of(right)));
        Ok(rights)
    }

    async fn right(&self, id: Uuid) -> Result<Option<Authority>, Fault> {
        let Some(row) = rights::find(&self.app.db, id).await? else { return Ok(None) };
        Ok(as_of(vec![row], &self.hierarchy, self.day)?.pop())
    }

    fn answer(&self, rights: &Arc<[Authority]>, act: Act, target: Target) -> Answer {
        let verdict = authority::may(rights, act, &target, self.at);
        Answer { act, verdict, rights: Arc::clone(rights), hierarchy: Arc::clone(&self.hierarchy) }
    }

    async fn found(&self, subject: &Subject) -> Result<Option<Found>, Fault> {
        let Some(at) = self.whereabouts(subject).await? else { return Ok(None) };
        let holder = match subject {
            Subject::Person(id) => Some(Holder::Person(*id)),
            Subject::Client(id) => Some(Holder::Client(id.clone())),
            _ => None,
        };
        let holds = match holder {
            Some(holder) => held(&self.rights((&holder).into()).await?, &self.hierarchy, self.day, self.at),
            None => Vec::new(),
        };
        Ok(Some(Found { at, holds }))
    }

    async fn whereabouts(&self, subject: &Subject) -> Result<Option<Whereabouts>, Fault> {
        let Self { app, hierarchy, day, .. } = self;
        let of_agency = |id: &str| Place::of_agency(id, hierarchy, *day);
        let place = match subject {
            Subject::Country => return Ok(Some(Whereabouts::Country)),
            Subject::Person(id) => return Ok(people::find(&app.db, *id).await?.map(|_| Whereabouts::Anywhere)),
            Subject::Unit(unit) => hierarchy.unit(*unit).map(|_| Place::of_unit(*unit, hierarchy, *day)),
            Subject::Branch(code) => hierarchy.branch(code).map(|_| Place::of_branch(code, hierarchy, *day)),
            Subject::Agency(id) => hierarchy.agency(id).map(|_| of_agency(id)),
            Subject::Service(id) => agencies::agency_of(&app.db, id).await?.map(|id| of_agency(&id)),
            Subject::Client(id) => clients::find(&app.db, id)
                .await?
                .map(|client| client.backing.map(|backing| of_agency(&backing.agency.id)).unwrap_or_default()),
            Subject::Right(id) => self.right(*id).await?.map(|right| Place::of_right(&right, hierarchy, *day)),
            Subject::Within(scope) => Some(Place::of_scope(scope, hierarchy, *day)),
        };
        Ok(place.map(Whereabouts::At))
    }
}

/// A subject, whatever it is to stand for.
#[derive(Clone)]
struct Found {
    at: Whereabouts,
    holds: Vec<Held>,
}

impl Found {
    fn target(self, subject: &Subject, kind: Kind) -> Target {
        let kind = if subject.is_a(kind) { kind } else { subject.kind() };
        Target { kind, at: self.at, holds: self.holds }
    }
}

/// The rights of a target that count, or will.
fn held(rights: &[Authority], hierarchy: &Hierarchy, day: Day, at: Timestamp) -> Vec<Held> {
    let counted = rights.iter().filter(|right| right.counts_or_will(at));
    counted.map(|right| Held { role: right.role, place: Place::of_right(right, hierarchy, day) }).collect()
}

impl Subject {
    /// Whether it can stand for something of this kind.
    fn is_a(&self, kind: Kind) -> bool {
        match kind {
            Kind::Unit => matches!(self, Self::Unit(_) | Self::Country),
            Kind::Branch => matches!(self, Self::Branch(_) | Self::Country),
            Kind::Agency => matches!(self, Self::Agency(_) | Self::Within(_) | Self::Unit(_)),
            Kind::Service => matches!(self, Self::Service(_) | Self::Agency(_)),
            Kind::Client => matches!(self, Self::Client(_) | Self::Agency(_)),
            Kind::Environment => matches!(self, Self::Client(_)),
            Kind::Right => matches!(self, Self::Right(_) | Self::Within(_) | Self::Unit(_) | Self::Agency(_)),
            Kind::PendingAct => true,
            Kind::Person => matches!(self, Self::Person(_) | Self::Country),
            Kind::Session => matches!(self, Self::Person(_)),
            Kind::Grant => matches!(self, Self::Person(_) | Self::Client(_)),
            Kind::Key | Kind::Outbox | Kind::Declaration => matches!(self, Self::Country),
            Kind::Figures => !matches!(self, Self::Right(_) | Self::Person(_) | Self::Client(_)),
            Kind::Audit => !matches!(self, Self::Right(_) | Self::Person(_)),
        }
    }

    /// What it is where it stands for nothing else.
    const fn kind(&self) -> Kind {
        match self {
            Self::Country => Kind::Declaration,
            Self::Unit(_) => Kind::Unit,
            Self::Branch(_) => Kind::Branch,
            Self::Agency(_) => Kind::Agency,
            Self::Service(_) => Kind::Service,
            Self::Client(_) => Kind::Client,
            Self::Person(_) => Kind::Person,
            Self::Right(_) | Self::Within(_) => Kind::Right,
        }
    }
}
