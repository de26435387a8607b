//! Lists of the API, page after page: a cursor continues one list for who began it, and nothing else.

use serde::Deserialize;
use serde::Serialize;

use super::refusal::Refusal;
use crate::app::App;
use crate::base::fault::Fault;
use crate::base::sealed::Purpose;
use crate::base::time::Timestamp;
use crate::identity::audit::By;
use crate::identity::authority::Act;
use crate::parts::authority;
use crate::parts::authority::Sight;
use crate::parts::authority::Subject;
use crate::parts::sealed::Sealed;

/// Items of a page where nobody says how many.
pub const USUAL: usize = 50;
/// At most so many.
pub const MOST: usize = 200;

/// So many rows are read at once where not all of them may be seen.
const READ: i64 = 500;

/// Of so many groups at once is asked which have anything, where a list is read group by group.
pub(super) const GROUPS: usize = 64;

/// A page that is asked for.
#[derive(Clone, Copy, Debug)]
pub struct Wanted<'a> {
    /// Which list, with what it is narrowed to.
    pub list: &'a str,
    /// Where the former page ended.
    pub cursor: Option<&'a str>,
    /// How many items.
    pub limit: usize,
}

/// A page.
#[derive(Clone, Debug)]
pub struct Page<T> {
    /// What is on it.
    pub items: Vec<T>,
    /// What continues the list, where it goes on.
    pub next: Option<String>,
}

impl<T> Page<T> {
    /// The same page of what is shown of each item.
    pub fn map<V>(self, shown: impl FnMut(T) -> V) -> Page<V> {
        Page { items: self.items.into_iter().map(shown).collect(), next: self.next }
    }
}

#[derive(Serialize, Deserialize)]
struct Cursor {
    list: String,
    of: String,
    after: String,
}

impl Sealed for Cursor {
    const PURPOSE: Purpose = Purpose("cursor");
}

/// What of a list whoever acts here may do `act` to, and the key of the last item of the former page; `None` on the first. What
/// concerns the whole country is listed to no bounded office, and a cursor of somebody else is a try that the trail keeps.
pub async fn begin(
    app: &App,
    act: Act,
    wanted: &Wanted<'_>,
    now: Timestamp,
) -> Result<Result<(Sight, Option<String>), Refusal>, Fault> {
    if act.is_of_the_country()
        && let Err(refused) = authority::ask(app, act, &Subject::Country, now).await?
    {
        return Ok(Err(refused.into()));
    }
    let sight = match authority::sight(app, act, now).await? {
        Ok(sight) => sight,
        Err(refused) => return Ok(Err(refused.into())),
    };
    let Some(text) = wanted.cursor else { return Ok(Ok((sight, None))) };
    match Cursor::open(app, text) {
        Some(cursor) if cursor.list == wanted.list && cursor.of == whose(app) => Ok(Ok((sight, Some(cursor.after)))),
        known => {
            if known.is_some_and(|cursor| cursor.of != whose(app)) {
                authority::tried(app, "a cursor of somebody else").await?;
            }
            Ok(Err(Refusal::Mistake("the cursor continues another list: begin this one without".to_owned())))
        }
    }
}

/// A page of what was found, of which there is one more than fits where the list goes on.
pub fn page<T>(
    app: &App,
    wanted: &Wanted<'_>,
    mut found: Vec<T>,
    key: impl Fn(&T) -> String,
    now: Timestamp,
) -> Result<Page<T>, Fault> {
    let goes_on = found.len() > wanted.limit;
    found.truncate(wanted.limit);
    let last = found.last().filter(|_| goes_on);
    let next = last.map(|last| next(app, wanted, key(last), now)).transpose()?;
    Ok(Page { items: found, next })
}

/// A list of which not all may be seen, or fits what it is narrowed to, and which is read piece by piece: so many pieces
/// and no more for one page, which may be short or empty for that, and says by its `next` that the list goes on.
pub struct Gathering<T> {
    limit: usize,
    found: Vec<T>,
    last: Option<String>,
    pieces: usize,
    is_over: bool,
    rows: i64,
}

/// Pieces of one page.
const PIECES: usize = 10;

impl<T> Gathering<T> {
    /// Nothing yet of the page after `after`. `all_fit`: no row is left out, so that none is read in vain.
    pub fn new(wanted: &Wanted<'_>, after: Option<String>, all_fit: bool) -> Self {
        let rows = if all_fit { fitting(wanted) } else { READ };
        Self { limit: wanted.limit, found: Vec::new(), last: after, pieces: 0, is_over: false, rows }
    }

    /// How many rows the next piece has at most.
    pub const fn rows(&self) -> i64 {
        self.rows
    }

    /// Whether another piece is to be read.
    pub const fn goes_on(&self) -> bool {
        !self.is_over && self.found.len() <= self.limit && self.pieces < PIECES
    }

    /// The key of the last row that was read.
    pub fn after(&self) -> Option<&str> {
        self.last.as_deref()
    }

    /// A piece of [`Self::rows`] at most was read, whose last row has the key `last`: of it, this fits.
    pub fn add(&mut self, last: Option<String>, fits: impl IntoIterator<Item = T>) {
        self.pieces += 1;
        self.found.extend(fits);
        match last {
            Some(last) => self.last = Some(last),
            None => self.is_over = true,
        }
    }

    /// The page.
    pub fn page(
        self,
        app: &App,
        wanted: &Wanted<'_>,
        key: impl Fn(&T) -> String,
        now: Timestamp,
    ) -> Result<Page<T>, Fault> {
        let Self { limit, found, last, is_over, .. } = self;
        if is_over || found.len() > limit {
            return page(app, wanted, found, key, now);
        }
        let next = last.map(|last| next(app, wanted, last, now)).transpose()?;
        Ok(Page { items: found, next })
    }
}

/// So many rows show whether the list goes on after a page of them.
pub(super) fn fitting(wanted: &Wanted<'_>) -> i64 {
    i64::try_from(wanted.limit).map_or(READ, |limit| limit + 1)
}

/// What continues a list after a key, for whoever acts here.
pub fn next(app: &App, wanted: &Wanted<'_>, after: String, now: Timestamp) -> Result<String, Fault> {
    Cursor { list: wanted.list.to_owned(), of: whose(app), after }.seal(app, now)
}

/// The same of things that lie in memory, in the order of their keys.
pub fn sorted<T>(mut all: Vec<T>, key: impl Fn(&T) -> String, after: Option<&str>, limit: usize) -> Vec<T> {
    all.sort_by_cached_key(&key);
    let begun = all.partition_point(|one| after.is_some_and(|after| key(one).as_str() <= after));
    all.drain(..begun);
    all.truncate(limit + 1);
    all
}

/// Who acts here, in which office.
pub(super) fn whose(app: &App) -> String {
    let told =
        |by: &By| format!("{} {}", by.actor.stored(), by.office.as_ref().map(ToString::to_string).unwrap_or_default());
    app.acts_for.as_ref().map(told).unwrap_or_default()
}
