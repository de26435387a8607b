//! What people allowed clients to receive.

use uuid::Uuid;

use super::clients::Client;
use super::db::Db;
use super::db::Tx;
use crate::base::fault::Fault;
use crate::base::id::Shard;
use crate::base::time::Timestamp;
use crate::identity::consent::Consent;
use crate::protocol::oauth::scope::Scope;

/// What `person` allowed `client`, if anything, and to whom that was given ([`Client::holder`]).
pub async fn find(db: &Db, person: Uuid, client: &str) -> Result<Option<(String, Consent)>, Fault> {
    const FIND: &str = "SELECT holder, scope, claims FROM consents \
         WHERE person_id = $1 AND client_id = $2 AND shard = $3";
    let row: Option<(String, String, String)> = on!(db.reads, c => sqlx::query_as(FIND).bind(person).bind(client).bind(Shard::of(person).number()).fetch_optional(c).await)?;
    Ok(row.map(|(holder, scope, claims)| (holder, stored(scope, claims))))
}

/// What a person allowed a client.
#[derive(Clone, Debug)]
pub struct Given {
    /// Which client.
    pub client_id: String,
    /// To whom that was given ([`Client::holder`]).
    pub holder: String,
    /// What.
    pub consent: Consent,
    /// When.
    pub at: Timestamp,
}

/// What `person` allowed clients; the latest `most`.
pub async fn of_person(db: &Db, person: Uuid, most: i64) -> Result<Vec<Given>, Fault> {
    const OF_PERSON: &str = "SELECT client_id, holder, scope, claims, given_at FROM consents WHERE person_id = $1 AND shard = $2 \
         ORDER BY given_at DESC, client_id LIMIT $3";
    let rows: Vec<(String, String, String, String, i64)> = on!(db.reads, c => {
        sqlx::query_as(OF_PERSON).bind(person).bind(Shard::of(person).number()).bind(most).fetch_all(c).await
    })?;
    let given = |(client_id, holder, scope, claims, at)| Given {
        client_id,
        holder,
        consent: stored(scope, claims),
        at: Timestamp::from_micros(at),
    };
    Ok(rows.into_iter().map(given).collect())
}

fn stored(scope: String, claims: String) -> Consent {
    let parse = |text: String| Scope::parse(&text).unwrap_or_default();
    Consent { scope: parse(scope), claims: parse(claims) }
}

/// Forgets what `person` allowed `client`; `false` if that was nothing.
pub async fn remove(tx: &mut Tx, person: Uuid, client: &str) -> Result<bool, Fault> {
    const REMOVE: &str = "DELETE FROM consents WHERE person_id = $1 AND client_id = $2 AND shard = $3";
    in_tx!(tx, c => {
        let query = sqlx::query(REMOVE).bind(person).bind(client).bind(Shard::of(person).number());
        query.execute(c).await.map(|done| done.rows_affected() > 0)
    })
}

/// Remembers what `person` allowed `client`.
pub async fn put(tx: &mut Tx, person: Uuid, client: &Client, consent: &Consent, now: Timestamp) -> Result<(), Fault> {
    const PUT: &str = "INSERT INTO consents (person_id, client_id, scope, claims, given_at, holder, shard) \
         VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (person_id, client_id, shard) DO UPDATE SET scope = excluded.scope, \
         claims = excluded.claims, given_at = excluded.given_at, holder = excluded.holder";
    in_tx!(tx, c => sqlx::query(PUT)
        .bind(person)
        .bind(&client.id)
        .bind(consent.scope.as_str())
        .bind(consent.claims.as_str())
        .bind(now.micros())
        .bind(client.holder())
        .bind(Shard::of(person).number())
        .execute(c)
        .await
        .map(|_| ()))
}
