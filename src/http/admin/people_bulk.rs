//! Many people at once.

use std::sync::Arc;

use axum::extract::FromRequest;
use axum::extract::Request;
use axum::response::Response;
use http::StatusCode;
use serde::Deserialize;
use serde::Serialize;
use utoipa::IntoParams;
use utoipa::ToSchema;
use uuid::Uuid;

use super::Official;
use super::file::File;
use super::page::Asked;
use super::problem::Problem;
use super::sent::Reason;
use crate::flows::admin::listing::Page;
use crate::flows::admin::people::bulk;
use crate::flows::admin::people_export::Read;
use crate::flows::admin::people_export::Row;
use crate::http::Web;
use crate::http::respond;
use crate::identity::authority::Act;

/// People who are sent.
pub struct Sent(File);

impl FromRequest<Arc<Web>> for Sent {
    type Rejection = Problem;

    async fn from_request(request: Request, web: &Arc<Web>) -> Result<Self, Problem> {
        File::read(request, web, &["text/csv", "application/x-ndjson"]).await.map(Self)
    }
}

/// A line that was not taken.
#[derive(Serialize, ToSchema)]
pub struct Line {
    /// Which, from 1.
    line: u64,
    /// What is wrong with it.
    why: String,
}

/// What came of them.
#[derive(Serialize, ToSchema)]
pub struct Imported {
    /// So many people are there now who were not.
    imported: usize,
    /// So many were there already, exactly so.
    unchanged: usize,
    /// Lines that were not taken.
    mistakes: Vec<Line>,
}

impl From<bulk::Imported> for Imported {
    fn from(all: bulk::Imported) -> Self {
        let bulk::Imported { imported, unchanged, mistakes } = all;
        let mistakes = mistakes.into_iter().map(|mistake| Line { line: mistake.line, why: mistake.why }).collect();
        Self { imported, unchanged, mistakes }
    }
}

/// Enters many people: a table whose first line names the columns, or an object on each line, as `motcua people import` reads
/// them, of at most 8 MiB; a longer file is sent piece by piece. Whoever is there already, exactly so, stays as they are: what is
/// sent again is done once. Whoever is there otherwise, or has another's name, is told with the line, and the others are entered.
#[utoipa::path(
    post, path = "/api/v1/people/import", tag = "people", operation_id = "importPeople", params(Reason),
    request_body(content((String = "text/csv"), (String = "application/x-ndjson"))),
    security(("office" = ["api:people.enter"])),
    responses((status = 200, body = Imported), Problem)
)]
pub async fn import(official: Official, asked: Asked<Reason>, Sent(file): Sent) -> Result<Response, Problem> {
    let app = official.because(Act::PeopleEnter, &asked.query)?;
    let File { text, unhurried: _until_answered, .. } = file;
    let all = official.done(bulk::import(app, text, official.now).await)?;
    Ok(respond::json(StatusCode::OK, &Imported::from(all)))
}

/// Which page of all people is written out, and why.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Export {
    /// Why: it stands in the audit trail, with who did it and in which office.
    #[param(min_length = 1, max_length = 500, example = "Decision 123/QĐ-UBND")]
    reason: String,
    /// What the former page gave as `next`; the list begins where it is absent.
    cursor: Option<String>,
    /// How many items the page has at most.
    #[param(minimum = 1, maximum = 200, default = 50)]
    limit: Option<usize>,
}

/// A person, as an import takes them.
#[derive(Serialize, ToSchema)]
#[schema(value_type = Object)]
#[serde(transparent)]
pub struct Exported(Row);

/// A page of people.
#[derive(Serialize, ToSchema)]
pub struct People {
    /// By their ids.
    items: Vec<Exported>,
    /// Those whose data could not be read.
    unread: Vec<Uuid>,
    /// What continues the list, as `cursor`; absent on the last page.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    next: Option<String>,
}

impl From<Page<Read>> for People {
    fn from(Page { items: read, next }: Page<Read>) -> Self {
        let (mut items, mut unread) = (Vec::new(), Vec::new());
        for person in read {
            match person {
                Read::Row(row) => items.push(Exported(*row)),
                Read::Unread(id) => unread.push(id),
            }
        }
        Self { items, unread, next }
    }
}

/// Writes everybody out, page by page, as `importPeople` takes them: without what they prove themselves with. Every page is in
/// the trail.
#[utoipa::path(
    get, path = "/api/v1/people/export", tag = "people", operation_id = "exportPeople", params(Export),
    security(("office" = ["api:people.export"])),
    responses((status = 200, body = People), Problem)
)]
pub async fn export(official: Official, asked: Asked<Export>) -> Result<Response, Problem> {
    let Export { reason, cursor, limit } = &asked.query;
    let app = official.because(Act::PeopleExport, &Reason { reason: reason.clone() })?;
    let wanted = asked.page(&official, cursor.as_deref(), *limit)?;
    let page = official.done(bulk::export(&app, &wanted, official.now).await)?;
    Ok(respond::json(StatusCode::OK, &People::from(page)))
}
