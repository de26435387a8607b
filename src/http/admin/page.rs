//! What requests for lists bring, and how lists are answered.

use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::extract::Query;
use axum::response::Response;
use http::HeaderValue;
use http::StatusCode;
use http::Uri;
use http::header;
use http::request::Parts;
use serde::Deserialize;
use serde::Serialize;
use serde::de::DeserializeOwned;
use utoipa::IntoParams;
use utoipa::ToSchema;

use super::Official;
use super::problem::Kind;
use super::problem::Problem;
use crate::base::day::Day;
use crate::base::time::Timestamp;
use crate::flows::admin::listing;
use crate::flows::admin::listing::Page;
use crate::flows::admin::listing::Wanted;
use crate::http::Web;
use crate::http::respond;

/// The query of a request, which has nothing that is not meant for it.
pub struct Asked<T> {
    /// What it says.
    pub query: T,
    /// The address without the page: all that narrows a list belongs to its name.
    list: String,
}

impl<T: DeserializeOwned> FromRequestParts<Arc<Web>> for Asked<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, web: &Arc<Web>) -> Result<Self, Problem> {
        let official = Official::from_request_parts(parts, web).await?;
        let query = Query::<T>::try_from_uri(&parts.uri);
        let Query(query) = query.map_err(|error| official.problem(Kind::Invalid, &error.body_text()))?;
        Ok(Self { query, list: without_page(&parts.uri) })
    }
}

/// Which page of a list is asked for that nothing narrows.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Paged {
    /// What the former page gave as `next`; the list begins where it is absent.
    pub cursor: Option<String>,
    /// How many items the page has at most.
    #[param(minimum = 1, maximum = 200, default = 50)]
    pub limit: Option<usize>,
}

/// A page of a list.
#[derive(Serialize, ToSchema)]
pub struct Listed<T> {
    /// What is on the page, in an order that stays the same.
    pub items: Vec<T>,
    /// What continues the list, as `cursor`; absent on the last page.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub next: Option<String>,
}

impl<T> Asked<T> {
    /// The page that is wanted of the list at this address.
    pub fn page<'a>(
        &'a self,
        official: &Official,
        cursor: Option<&'a str>,
        limit: Option<usize>,
    ) -> Result<Wanted<'a>, Problem> {
        let limit = limit.unwrap_or(listing::USUAL);
        if !(1..=listing::MOST).contains(&limit) {
            return Err(official.problem(Kind::Invalid, &format!("limit must be from 1 to {}", listing::MOST)));
        }
        Ok(Wanted { list: &self.list, cursor, limit })
    }
}

fn without_page(uri: &Uri) -> String {
    let query = uri.query().unwrap_or_default();
    let mut rest: Vec<(String, String)> = url::form_urlencoded::parse(query.as_bytes())
        .filter(|(name, _)| name != "cursor" && name != "limit")
        .map(|(name, value)| (name.into_owned(), value.into_owned()))
        .collect();
    rest.sort();
    let query = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(rest).finish();
    format!("{}?{query}", uri.path())
}

impl Official {
    /// A page, with the address of the next one beside it (RFC 8288).
    pub fn listed<T, V: Serialize + From<T>, Q>(&self, asked: &Asked<Q>, page: Page<T>) -> Response {
        let items: Vec<V> = page.items.into_iter().map(V::from).collect();
        let link = page.next.as_ref().map(|next| {
            let joint = if asked.list.ends_with('?') { "" } else { "&" };
            format!("<{}{joint}cursor={next}>; rel=\"next\"", asked.list)
        });
        let mut response = respond::json(StatusCode::OK, &Listed { items, next: page.next });
        if let Some(link) = link.and_then(|link| HeaderValue::from_str(&link).ok()) {
            response.headers_mut().insert(header::LINK, link);
        }
        response
    }

    /// An instant that a request names.
    pub fn instant(&self, text: Option<&str>) -> Result<Option<Timestamp>, Problem> {
        let read = |text| {
            let wrong =
                || self.problem(Kind::Invalid, &format!("{text:?} is no instant; write it as 2025-07-01T00:00:00Z"));
            Timestamp::parse(text).ok_or_else(wrong)
        };
        text.map(read).transpose()
    }

    /// An instant that a request names, or a day, as of whose noon it asks; now where it names none.
    pub fn moment(&self, text: Option<&str>) -> Result<Timestamp, Problem> {
        let Some(text) = text else { return Ok(self.now) };
        let zone = &self.app.config.units.time_zone;
        let noon = Day::parse(text).and_then(|day| zone.noon(day));
        let wrong = || format!("{text:?} is no day and no instant; write it as 2025-07-01 or 2025-07-01T00:00:00Z");
        noon.or_else(|| Timestamp::parse(text)).ok_or_else(|| self.problem(Kind::Mistake, &wrong()))
    }

    /// A day that a request names.
    pub fn day(&self, text: Option<&str>) -> Result<Option<Day>, Problem> {
        let read = |text| {
            let wrong = || self.problem(Kind::Invalid, &format!("{text:?} is no day; write it as 2025-07-01"));
            Day::parse(text).ok_or_else(wrong)
        };
        text.map(read).transpose()
    }

    /// The first day on which something is so.
    pub fn first_day(&self, text: &str) -> Result<Day, Problem> {
        let wrong = || self.problem(Kind::Invalid, "effective must be a day; write it as 2025-07-01");
        Day::parse(text).ok_or_else(wrong)
    }
}
