//! An official at a browser: signed in as surely as officials need, in an office that he chose there. What says which is bound to
//! his session, and proves nothing beside that: whether his rights count there still is asked anew with whatever he does.

use std::sync::Arc;
use std::time::Duration;

use serde::Deserialize;
use serde::Serialize;
use uuid::Uuid;

use crate::app::App;
use crate::base::fault::Fault;
use crate::base::sealed::Purpose;
use crate::base::time::Timestamp;
use crate::i18n::Lang;
use crate::identity::audit::By;
use crate::identity::authority::Act;
use crate::identity::authority::Holder;
use crate::identity::authority::Office;
use crate::parts::authority;
use crate::parts::authority::OfficeOf;
use crate::parts::authority::words;
use crate::parts::hierarchy;
use crate::parts::sealed::Sealed;
use crate::parts::sessions;
use crate::parts::sessions::Visitor;
pub use crate::store::cache::LiveSession;

/// Who is at the browser.
pub enum Came {
    /// Nobody who is signed in.
    Nobody,
    /// Somebody who signed in less surely than officials need.
    Weakly(Arc<LiveSession>),
    /// Somebody who did so surely enough.
    Surely(Arc<LiveSession>),
}

/// The office that was chosen at a browser.
#[derive(Serialize, Deserialize)]
struct Chosen {
    session: Uuid,
    office: String,
}

impl Sealed for Chosen {
    const PURPOSE: Purpose = Purpose("office");
}

/// What a page of an office carries for the answer.
#[derive(Serialize, Deserialize)]
struct Ticket {
    session: Uuid,
    /// The office that the page was made for; none where it is still to be chosen.
    office: Option<String>,
}

impl Sealed for Ticket {
    const PURPOSE: Purpose = Purpose("office-page");
}

/// What a form brought back.
#[derive(Debug, PartialEq, Eq)]
pub enum Sent {
    /// That of a page of this session, made for this office; none where it is still to be chosen.
    Own(Option<Office>),
    /// It was made for somebody else.
    Foreign,
}

/// Who is at the browser.
pub async fn come(app: &App, visitor: &Visitor, now: Timestamp) -> Result<Came, Fault> {
    let Some(live) = sessions::current(app, visitor, now).await? else { return Ok(Came::Nobody) };
    let is_sure = live.session.acr() >= app.config.officials.acr;
    Ok(if is_sure { Came::Surely(live) } else { Came::Weakly(live) })
}

/// Whether he signed in lately enough for what is sensitive.
pub fn is_fresh(app: &App, live: &LiveSession, now: Timestamp) -> bool {
    now < live.session.auth_time() + *app.config.officials.fresh
}

/// Keeps what he typed until he has signed in once more: the page that he comes back to has it again. Where it is lost he types
/// it anew.
pub async fn keep(app: &App, live: &LiveSession, page: &str, typed: String) {
    let _ = app.ephemeral.put(&kept_under(live, page), typed.into_bytes(), KEPT).await;
}

/// What was kept for a page, once.
pub async fn kept(app: &App, live: &LiveSession, page: &str) -> Vec<u8> {
    app.ephemeral.take(&kept_under(live, page)).await.ok().flatten().unwrap_or_default()
}

fn kept_under(live: &LiveSession, page: &str) -> String {
    format!("office-typed:{}:{page}", live.session.person_id)
}

/// As long as a sign-in lasts that nobody ends.
const KEPT: Duration = Duration::from_secs(15 * 60);

/// Where he can act now.
pub async fn offices(app: &App, live: &LiveSession, lang: Lang, now: Timestamp) -> Result<Vec<OfficeOf>, Fault> {
    authority::offices(app, &holder(live), now, lang).await
}

/// Whoever had rights once, has none now, and comes to work: the trail keeps it.
pub async fn turned_away(app: &App, live: &LiveSession, now: Timestamp) -> Result<(), Fault> {
    let former = authority::of(app, &holder(live), now).await?.pop();
    match former {
        Some(right) => authority::tried(&app.acting(by(live, Office::of(&right))), "office").await,
        None => Ok(()),
    }
}

/// Whoever has rights, or had some, and does something without having signed in as surely as officials need: the trail keeps it.
pub async fn too_weak(app: &App, live: &LiveSession, now: Timestamp) -> Result<(), Fault> {
    let Some(right) = authority::of(app, &holder(live), now).await?.pop() else { return Ok(()) };
    let what = "by a sign-in that is weaker than officials need";
    authority::tried(&app.acting(by(live, Office::of(&right))), what).await
}

/// Whether he signed in lately enough for an act.
pub fn is_fresh_for(app: &App, live: &LiveSession, act: Act, now: Timestamp) -> bool {
    !act.needs_a_fresh_sign_in() || is_fresh(app, live, now)
}

/// The same, for one that he does; the trail keeps who did not.
pub async fn does_freshly(app: &App, live: &LiveSession, act: Act, now: Timestamp) -> Result<bool, Fault> {
    let fresh = is_fresh_for(app, live, act, now);
    if !fresh {
        authority::tried(app, &format!("{} by a sign-in of some time ago", act.as_str())).await?;
    }
    Ok(fresh)
}

/// The office that the browser's cookie says.
pub fn chosen(app: &App, live: &LiveSession, cookie: Option<&str>) -> Option<Office> {
    let chosen = Chosen::open(app, cookie?).filter(|chosen| chosen.session == live.session.id)?;
    Office::parse(&chosen.office)
}

/// The cookie that says it.
pub fn choice(app: &App, live: &LiveSession, office: &Office, now: Timestamp) -> Result<String, Fault> {
    Chosen { session: live.session.id, office: office.to_string() }.seal(app, now)
}

/// What proves that a form is that of a page of this session and office.
pub fn confirm(app: &App, live: &LiveSession, office: Option<&Office>, now: Timestamp) -> Result<String, Fault> {
    Ticket { session: live.session.id, office: office.map(ToString::to_string) }.seal(app, now)
}

/// What a form brought back that carries `confirm`.
pub fn sent(app: &App, live: &LiveSession, confirm: &str) -> Sent {
    match Ticket::open(app, confirm).filter(|ticket| ticket.session == live.session.id) {
        Some(ticket) => Sent::Own(ticket.office.as_deref().and_then(Office::parse)),
        None => Sent::Foreign,
    }
}

/// Who acts there.
pub fn by(live: &LiveSession, office: Office) -> By {
    By::official(holder(live), office)
}

/// What an official calls an office.
pub async fn called(app: &App, office: &Office, lang: Lang) -> Result<String, Fault> {
    Ok(words::place(lang, &*hierarchy::whole(app).await?, &office.0))
}

const fn holder(live: &LiveSession) -> Holder {
    Holder::Person(live.session.person_id)
}
