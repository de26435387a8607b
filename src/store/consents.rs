//! What people allowed clients to receive.

use uuid::Uuid;

use super::db::Db;
use super::db::Tx;
use crate::base::fault::Fault;
use crate::base::time::Timestamp;
use crate::identity::consent::Consent;
use crate::protocol::oauth::scope::Scope;

/// What `person` allowed `client`, if anything.
pub async fn find(db: &Db, person: Uuid, client: &str) -> Result<Option<Consent>, Fault> {
    const FIND: &str = "SELECT scope, claims FROM consents WHERE person_id = $1 AND client_id = $2";
    let row: Option<(String, String)> =
        on!(db.reads, c => sqlx::query_as(FIND).bind(person).bind(client).fetch_optional(c).await)?;
    Ok(row.map(|(scope, claims)| Consent {
        scope: Scope::parse(&scope).unwrap_or_default(),
        claims: Scope::parse(&claims).unwrap_or_default(),
    }))
}

/// Remembers what `person` allowed `client`.
pub async fn put(tx: &mut Tx, person: Uuid, client: &str, consent: &Consent, now: Timestamp) -> Result<(), Fault> {
    const PUT: &str = "INSERT INTO consents (person_id, client_id, scope, claims, given_at) VALUES ($1, $2, $3, $4, $5) \
         ON CONFLICT (person_id, client_id) DO UPDATE SET scope = excluded.scope, claims = excluded.claims, \
         given_at = excluded.given_at";
    in_tx!(tx, c => sqlx::query(PUT)
        .bind(person)
        .bind(client)
        .bind(consent.scope.as_str())
        .bind(consent.claims.as_str())
        .bind(now.micros())
        .execute(c)
        .await
        .map(|_| ()))
}
