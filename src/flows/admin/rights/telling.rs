//! Rights and what waits, in the language of the official who reads a page.

use uuid::Uuid;

use super::deed::Deed;
use super::look;
use super::look::Listed;
use super::pending::Row;
use super::pending::State;
use crate::app::App;
use crate::base::fault::Fault;
use crate::base::time::Timestamp;
use crate::i18n::Key;
use crate::i18n::Lang;
use crate::i18n::key;
use crate::i18n::say;
use crate::i18n::text;
use crate::identity::authority::Actor;
use crate::identity::authority::Holder;
use crate::identity::authority::Office;
use crate::identity::authority::Standing;
use crate::parts::authority;
use crate::parts::authority::words;
use crate::parts::hierarchy;

/// A right.
pub struct Right {
    /// Its id.
    pub id: Uuid,
    /// Who has it.
    pub holder: String,
    /// As what.
    pub role: String,
    /// Where.
    pub place: String,
    /// Since when.
    pub from: Timestamp,
    /// Until when, if it ends.
    pub until: Option<Timestamp>,
    /// Whether it may be given on.
    pub may_delegate: bool,
    /// What became of its unit.
    pub note: Option<String>,
}

/// What waits for a second official, or did.
pub struct Waiting {
    /// Its id.
    pub id: Uuid,
    /// What it will do.
    pub what: String,
    /// For whom.
    pub whom: Option<String>,
    /// Who asked.
    pub asked_by: String,
    /// In which office.
    pub office: Option<String>,
    /// Why.
    pub reason: String,
    /// When.
    pub asked_at: Timestamp,
    /// Until when it can be decided.
    pub until: Timestamp,
    /// What became of it.
    pub state: String,
    /// Who decided, and when.
    pub decided: Option<(String, Timestamp)>,
    /// What whoever refused it said.
    pub why: Option<String>,
    /// Whether it can be decided still.
    pub is_open: bool,
    /// Whether whoever reads this asked for it.
    pub is_own: bool,
    /// Whether whoever asked carries it out now.
    pub is_approved: bool,
}

/// A right in words.
pub async fn right(app: &App, lang: Lang, listed: &Listed) -> Result<Right, Fault> {
    let right = &listed.authority;
    let hierarchy = hierarchy::whole(app).await?;
    let note = match right.standing {
        Standing::Everywhere | Standing::At(_) => None,
        Standing::Abolished { .. } => Some(key::DESK_ABOLISHED),
        Standing::Undecided { .. } => Some(key::DESK_UNDECIDED),
    };
    Ok(Right {
        id: right.id,
        holder: called(app, lang, &Actor::Official(right.holder.clone())).await?,
        role: text(lang, words::of_role(right.role)).into_owned(),
        place: words::place(lang, &hierarchy, &right.scope),
        from: right.from,
        until: right.until,
        may_delegate: right.may_delegate,
        note: note.map(|key| text(lang, key).into_owned()),
    })
}

/// What waits in words.
pub async fn waiting(app: &App, lang: Lang, row: &Row, now: Timestamp) -> Result<Waiting, Fault> {
    let (deed, asker) = (Deed::read(&row.deed.0)?, row.asked_by()?);
    let (state, is_open) = state(row, now);
    let hierarchy = hierarchy::whole(app).await?;
    let office = row.office.as_deref().and_then(Office::parse);
    let decided = match row.decided() {
        Some((by, at)) => Some((called(app, lang, &by).await?, at)),
        None => None,
    };
    Ok(Waiting {
        id: row.id,
        what: what(app, lang, &deed).await?,
        whom: whom(app, lang, &deed).await?,
        asked_by: called(app, lang, &asker).await?,
        office: office.map(|office| words::place(lang, &hierarchy, &office.0)),
        reason: row.reason.clone(),
        asked_at: row.asked_at(),
        until: row.expires_at(),
        state: text(lang, state).into_owned(),
        decided,
        why: row.why.clone().filter(|_| row.state() == State::Refused),
        is_open,
        is_own: authority::by(app)?.actor == asker,
        is_approved: row.state() == State::Approved && row.done_at().is_none(),
    })
}

fn state(row: &Row, now: Timestamp) -> (Key, bool) {
    match row.state() {
        State::Waits if row.expires_at() > now => (key::DESK_WAITS, true),
        State::Waits => (key::DESK_OVER, false),
        State::Approved => (key::DESK_APPROVED, false),
        State::Refused => (key::DESK_REFUSED, false),
        State::Void => (key::DESK_VOID, false),
    }
}

async fn what(app: &App, lang: Lang, deed: &Deed) -> Result<String, Fault> {
    let act = text(lang, words::of_act(deed.act()));
    let detail = match deed {
        Deed::Grant(grant) => {
            let wanted = grant.wanted()?;
            let place = words::place(lang, &*hierarchy::whole(app).await?, &wanted.scope);
            let role = text(lang, words::of_role(wanted.role)).into_owned();
            let on = wanted.may_delegate.then(|| text(lang, key::DESK_DELEGATES).into_owned());
            [Some(role), Some(place), on].into_iter().flatten().collect::<Vec<_>>().join("; ")
        }
        Deed::Recover { .. } => return Ok(act.into_owned()),
        Deed::RotateKey { algorithm, .. } => algorithm.clone(),
        Deed::RotateDataKey => "AES-256-GCM".to_owned(),
        Deed::RevokeKey { kid } => kid.clone(),
        Deed::Succeed { file, day, .. } => {
            let lines = u64::try_from(file.lines().count()).unwrap_or_default();
            say::desk_succession(lang, &day.to_string(), lines)
        }
    };
    Ok(format!("{act}: {detail}"))
}

async fn whom(app: &App, lang: Lang, deed: &Deed) -> Result<Option<String>, Fault> {
    let holder = match deed {
        Deed::Grant(grant) => grant.wanted()?.holder,
        Deed::Recover { person } => Holder::Person(*person),
        Deed::RotateKey { .. } | Deed::RotateDataKey | Deed::RevokeKey { .. } | Deed::Succeed { .. } => {
            return Ok(None);
        }
    };
    called(app, lang, &Actor::Official(holder)).await.map(Some)
}

/// Who somebody is.
pub async fn called(app: &App, lang: Lang, actor: &Actor) -> Result<String, Fault> {
    match actor {
        Actor::Machine => Ok(text(lang, key::DESK_MACHINE).into_owned()),
        Actor::Official(Holder::Client(system)) => Ok(say::desk_system(lang, system)),
        Actor::Official(Holder::Person(_)) => look::called(app, actor).await,
    }
}
