//! What a request would release, and whether its person allows it still.

use crate::app::App;
use crate::base::fault::Fault;
use crate::identity::authorization::Authorization;
use crate::identity::consent::Asked;
use crate::identity::consent::must_ask;
use crate::parts::clients::Client;
use crate::parts::issue::claims::scope_of;
use crate::protocol::oauth::scope::Scope;
use crate::protocol::oidc::claims::ClaimsRequest;
use crate::store::consents;

/// What a scope and single claims release; `insisted` says whether the client wants its person asked whatever was allowed.
pub fn asked(app: &App, scope: &Scope, claims: &ClaimsRequest, insisted: bool) -> Asked {
    let names = claims.names();
    let about_people: Vec<&str> = names.into_iter().filter(|name| scope_of(app, name).is_some()).collect();
    Asked { scope: scope.clone(), claims: Scope::parse(&about_people.join(" ")).unwrap_or_default(), insisted }
}

/// Whether the person allows what was given, with the database's last word; what the law gives needs nobody's.
pub async fn allow(app: &App, client: &Client, given: &Authorization) -> Result<bool, Fault> {
    let (asked, basis) = (asked(app, &given.scope, &given.claims, false), client.legal_basis());
    if !must_ask(&asked, basis, None) {
        return Ok(true);
    }
    let found = consents::find(&app.db, given.person, &client.id).await?;
    let allowed = found.filter(|(holder, _)| *holder == client.holder()).map(|(_, consent)| consent);
    Ok(!must_ask(&asked, basis, allowed.as_ref()))
}
