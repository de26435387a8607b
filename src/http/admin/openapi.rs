//! The description of the API: OpenAPI 3.1, made of its handlers.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use http::HeaderValue;
use http::StatusCode;
use http::header;
use utoipa::OpenApi;
use utoipa::openapi::Server;
use utoipa::openapi::security::AuthorizationCode;
use utoipa::openapi::security::ClientCredentials;
use utoipa::openapi::security::Flow;
use utoipa::openapi::security::OAuth2;
use utoipa::openapi::security::Scopes;
use utoipa::openapi::security::SecurityScheme;

use super::agencies;
use super::audit;
use super::branches;
use super::clients;
use super::declaration;
use super::described;
use super::figures;
use super::keys;
use super::metadata;
use super::outbox;
use super::pending;
use super::people;
use super::people_access;
use super::people_acts;
use super::people_bulk;
use super::problem;
use super::reorganizing;
use super::rights;
use super::rights_of;
use super::services;
use super::units;
use super::versions;
use crate::http::Web;
use crate::http::respond;
use crate::identity::authority::Act;

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Một Cửa: the API of officials",
        version = "1",
        description = "Units, branches, agencies, services, clients, people, rights, what waits for a second official, keys, what could not be told, how services are used, and the audit trail. Whoever asks acts in one office, which the access token names, and \
            by its rights alone; what they may not is refused, and in the trail.\n\nAn access token is one of ours for the \
            resource `{issuer}/api/v1` (RFC 8707). Lists are given page by page: `next` of one page is `cursor` of the \
            following. Every problem is told as RFC 9457 says, in Vietnamese or English (`Accept-Language`). How often may \
            be asked, `RateLimit` says.",
        license(name = "see the repository")
    ),
    paths(
        units::list,
        units::one,
        units::put,
        reorganizing::import,
        reorganizing::succeed,
        branches::list,
        branches::one,
        branches::put,
        branches::end,
        agencies::list,
        agencies::one,
        agencies::put,
        agencies::relocate,
        agencies::end,
        services::list,
        services::one,
        services::put,
        services::remove,
        clients::list,
        clients::one,
        clients::write,
        clients::withdraw,
        versions::of_service,
        versions::one_of_service,
        versions::compare_of_service,
        versions::restore_service,
        versions::of_client,
        versions::one_of_client,
        versions::compare_of_client,
        versions::restore_client,
        rights::list,
        rights::one,
        rights::give,
        rights::take,
        rights_of::check,
        rights_of::offices,
        rights_of::settle,
        rights_of::end,
        pending::list,
        pending::one,
        pending::approve,
        pending::refuse,
        pending::carry_out,
        declaration::get,
        declaration::apply,
        audit::list,
        figures::get,
        outbox::list,
        outbox::retry,
        keys::list,
        keys::rotate,
        keys::data,
        keys::rotate_data,
        keys::revoke,
        people::search,
        people::one,
        people_acts::enter,
        people_bulk::import,
        people_bulk::export,
        people_acts::remove,
        people_acts::sign_out,
        people_acts::disable,
        people_acts::enable,
        people_acts::proof,
        people_acts::recover,
        people_access::sessions,
        people_access::end_session,
        people_access::grants,
        people_access::revoke_grant,
        people_access::of_client,
        people_access::revoke_of_client,
    ),
    components(schemas(problem::Body))
)]
struct Api;

/// The document of this deployment.
pub fn document(issuer: &str) -> utoipa::openapi::OpenApi {
    let mut document = Api::openapi();
    described::complete(&mut document);
    document.servers = Some(vec![Server::new(issuer)]);
    let scopes = || Scopes::from_iter(metadata::scopes().into_iter().map(|scope| (scope.clone(), meaning(&scope))));
    let token = format!("{issuer}/token");
    let flows = [
        Flow::ClientCredentials(ClientCredentials::new(&token, scopes())),
        Flow::AuthorizationCode(AuthorizationCode::new(format!("{issuer}/authorize"), &token, scopes())),
    ];
    let office = SecurityScheme::OAuth2(OAuth2::new(flows));
    document.components.get_or_insert_default().security_schemes =
        BTreeMap::from([("office".to_owned(), office.into())]);
    document
}

/// What a scope value stands for.
fn meaning(scope: &str) -> String {
    let name = scope.trim_start_matches("api:");
    match Act::parse(name) {
        Some(_) => format!("the act {name}"),
        None => format!("every act of {name}"),
    }
}

/// By GET.
pub async fn get(State(web): State<Arc<Web>>) -> Response {
    let mut response = respond::json(StatusCode::OK, &document(&web.app.config.server.issuer));
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("public, max-age=300"));
    response
}
