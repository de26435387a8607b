//! What operations of the API have in common, described for each as it takes it.

use std::collections::BTreeMap;
use std::mem;
use std::time::Duration;

use http::StatusCode;
use utoipa::IntoResponses;
use utoipa::ToSchema;
use utoipa::openapi::Components;
use utoipa::openapi::Content;
use utoipa::openapi::Object;
use utoipa::openapi::ObjectBuilder;
use utoipa::openapi::OpenApi;
use utoipa::openapi::Ref;
use utoipa::openapi::RefOr;
use utoipa::openapi::Required;
use utoipa::openapi::Response;
use utoipa::openapi::ResponseBuilder;
use utoipa::openapi::Schema;
use utoipa::openapi::header::Header;
use utoipa::openapi::path::Operation;
use utoipa::openapi::path::Parameter;
use utoipa::openapi::path::ParameterBuilder;
use utoipa::openapi::path::ParameterIn;
use utoipa::openapi::schema::ArrayItems;
use utoipa::openapi::schema::Type;

use super::problem::Body;
use super::problem::Kind;
use super::problem::Problem;
use crate::i18n::Lang;
use crate::i18n::text;

/// What may go wrong with whatever is asked.
const ALWAYS: [Kind; 7] = [
    Kind::Invalid,
    Kind::Unauthorized,
    Kind::NotAllowed,
    Kind::NotFound,
    Kind::TooMany(Duration::ZERO),
    Kind::Failed,
    Kind::Unavailable(Duration::ZERO),
];
/// The same, of what has a body.
const OF_A_BODY: [Kind; 2] = [Kind::TooLarge, Kind::MediaType];
/// Of what changes something, and may bear a key that another request bore.
const OF_A_CHANGE: [Kind; 2] = [Kind::Conflict, Kind::KeyReused];
/// Of what rests on a version.
const OF_A_VERSION: [Kind; 2] = [Kind::Changed, Kind::VersionNeeded];

/// An ETag of ours: a version.
const ETAG: &str = "^\"[1-9][0-9]{0,17}\"$";
/// What a request may be known by.
const KEY: &str = "^[!#-~]{1,255}$";
/// A reason, which has something to read on its one line.
const REASON: &str = concat!(
    r"^[^\u0000-\u001f\u007f-\u009f]*",
    r"[^\u0000-\u0020\u007f-\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]",
    r"[^\u0000-\u001f\u007f-\u009f]*$"
);
/// What is not there.
const NONE: &str = "^\\*$";

/// How often may be asked stands in every answer but to those who are nobody.
const RATES: [(&str, &str); 2] = [
    ("RateLimit", "How many requests are left in this minute, and when the next begins"),
    ("RateLimit-Policy", "How many requests are answered in a minute"),
];

/// Whatever goes wrong is told as a problem.
impl IntoResponses for Problem {
    fn responses() -> BTreeMap<String, RefOr<Response>> {
        ALWAYS.into_iter().map(problem).collect()
    }
}

/// Says of every operation what its handler leaves to the doors before it.
pub fn complete(document: &mut OpenApi) {
    document.components.iter_mut().for_each(name_items);
    for item in document.paths.paths.values_mut() {
        let changes = [&mut item.put, &mut item.post, &mut item.patch, &mut item.delete];
        for operation in changes.into_iter().flatten() {
            add(operation, &OF_A_CHANGE);
            operation.parameters.get_or_insert_default().push(repeatable().into());
            describe(operation);
        }
        item.get.iter_mut().for_each(describe);
    }
}

/// What a page lists is described once, under its own name.
fn name_items(components: &mut Components) {
    let mut named = Vec::new();
    for (name, schema) in &mut components.schemas {
        let (Some(item), RefOr::T(Schema::Object(page))) = (name.strip_prefix("Listed_"), schema) else { continue };
        let Some(RefOr::T(Schema::Array(items))) = page.properties.get_mut("items") else { continue };
        let inlined =
            mem::replace(&mut items.items, ArrayItems::RefOrSchema(Box::new(Ref::from_schema_name(item).into())));
        if let ArrayItems::RefOrSchema(schema) = inlined {
            named.push((item.to_owned(), *schema));
        }
    }
    for (name, schema) in named {
        components.schemas.entry(name).or_insert(schema);
    }
}

fn describe(operation: &mut Operation) {
    let mut rests = false;
    for parameter in operation.parameters.iter_mut().flatten() {
        let RefOr::T(parameter) = parameter else { continue };
        let plain = ObjectBuilder::new().schema_type(Type::String);
        let schema = match parameter.name.as_str() {
            "If-Match" => plain.pattern(Some(ETAG)),
            "If-None-Match" => plain.pattern(Some(NONE)),
            "reason" => plain.pattern(Some(REASON)).min_length(Some(1)).max_length(Some(500)),
            _ => continue,
        };
        rests |= parameter.name != "reason";
        parameter.schema = Some(schema.build().into());
    }
    if operation.request_body.is_some() {
        add(operation, &OF_A_BODY);
    }
    if rests {
        add(operation, &OF_A_VERSION);
    }
    for (status, response) in &mut operation.responses.responses {
        let RefOr::T(response) = response else { continue };
        if response.description.is_empty() {
            let known = status.parse().ok().and_then(|status: StatusCode| status.canonical_reason());
            response.description = known.unwrap_or(status).to_owned();
        }
        if status != StatusCode::UNAUTHORIZED.as_str() {
            for (name, meaning) in RATES {
                response.headers.insert(name.to_owned(), header(meaning).into());
            }
        }
    }
}

/// What is sent again under one key is done once.
fn repeatable() -> Parameter {
    let key = ObjectBuilder::new().schema_type(Type::String).pattern(Some(KEY)).build();
    ParameterBuilder::new()
        .name("Idempotency-Key")
        .parameter_in(ParameterIn::Header)
        .required(Required::False)
        .description(Some("What is sent again under one key is done once, and answered again for a day"))
        .schema(Some(key))
        .build()
}

fn add(operation: &mut Operation, kinds: &[Kind]) {
    for (status, response) in kinds.iter().copied().map(problem) {
        operation.responses.responses.entry(status).or_insert(response);
    }
}

fn problem(kind: Kind) -> (String, RefOr<Response>) {
    let (status, _, title) = kind.parts();
    let body = Content::new(Some(Ref::from_schema_name(Body::name())));
    let mut response =
        ResponseBuilder::new().description(text(Lang::En, title)).content("application/problem+json", body);
    let more = match status {
        StatusCode::UNAUTHORIZED => Some(("WWW-Authenticate", "Where a token comes from, and what it lacks")),
        StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE => {
            Some(("Retry-After", "After so many seconds it may be tried again"))
        }
        _ => None,
    };
    if let Some((name, meaning)) = more {
        response = response.header(name, header(meaning));
    }
    (status.as_str().to_owned(), response.build().into())
}

fn header(meaning: &str) -> Header {
    let mut header = Header::new(Object::with_type(Type::String));
    header.description = Some(meaning.to_owned());
    header
}
