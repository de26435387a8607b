//! Lists of the API, page after page: a cursor continues one list for who began it, and nothing else.

use serde::Deserialize;
use serde::Serialize;

use crate::app::App;
use crate::base::fault::Fault;
use crate::base::sealed::Purpose;
use crate::base::time::Timestamp;
use crate::identity::audit::By;
use crate::parts::authority;
use crate::parts::sealed::Sealed;

/// Items of a page where nobody says how many.
pub const USUAL: usize = 50;
/// At most so many.
pub const MOST: usize = 200;

/// So many rows are read at once where not all of them may be seen.
pub const READ: i64 = 500;

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

/// A cursor that continues another list, or is somebody else's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Foreign;

#[derive(Serialize, Deserialize)]
struct Cursor {
    list: String,
    of: String,
    after: String,
}

impl Sealed for Cursor {
    const PURPOSE: Purpose = Purpose("cursor");
}

/// The key of the last item of the former page; `None` on the first. A cursor of somebody else is a try that the trail keeps.
pub async fn after(app: &App, wanted: &Wanted<'_>) -> Result<Result<Option<String>, Foreign>, Fault> {
    let Some(text) = wanted.cursor else { return Ok(Ok(None)) };
    match Cursor::open(app, text) {
        Some(cursor) if cursor.list == wanted.list && cursor.of == whose(app) => Ok(Ok(Some(cursor.after))),
        known => {
            if known.is_some_and(|cursor| cursor.of != whose(app)) {
                authority::tried(app, "a cursor of somebody else").await?;
            }
            Ok(Err(Foreign))
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
    let next = found.last().filter(|_| goes_on).map(|last| {
        let (list, of, after) = (wanted.list.to_owned(), whose(app), key(last));
        Cursor { list, of, after }.seal(app, now)
    });
    Ok(Page { items: found, next: next.transpose()? })
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
fn whose(app: &App) -> String {
    let told =
        |by: &By| format!("{} {}", by.actor.stored(), by.office.as_ref().map(ToString::to_string).unwrap_or_default());
    app.acts_for.as_ref().map(told).unwrap_or_default()
}
