//! What the database holds in the end.

use std::collections::BTreeMap;
use std::collections::HashMap;
use std::path::Path;

use motcua::base::block::IdCipher;
use motcua::base::random::SystemEntropy;
use motcua::base::time::Timestamp;
use motcua::protocol::oauth::access_token;
use motcua::signing::data_keys::DataKeys;
use motcua::signing::roots::Missing;
use motcua::signing::roots::Roots;
use motcua::store::db::ConnectOptions;
use motcua::store::db::Db;
use sqlx::Connection;
use sqlx::PgConnection;
use sqlx::SqliteConnection;
use uuid::Uuid;

/// Grants and the audit trail.
pub struct Trail {
    /// Each grant and its session.
    grants: HashMap<Uuid, Uuid>,
    /// Shows which grant a token names.
    jti: IdCipher,
    /// How often a session was begun and ended.
    pub by_session: BTreeMap<(String, Uuid), i64>,
    pub revocations: usize,
    pub keys_revoked: Vec<String>,
}

const GRANTS: &str = "SELECT id, session_id FROM grants";
const SESSIONS: &str = "SELECT act, session_id, COUNT(*) FROM audit_events \
    WHERE act IN ('signed_in', 'signed_out') AND session_id IS NOT NULL GROUP BY act, session_id";
const REVOCATIONS: &str = "SELECT act, detail FROM audit_events WHERE act IN ('grant_revoked', 'key_revoked')";

impl Trail {
    /// The session of the grant that a token's `jti` names, if its row is there.
    pub fn session_of(&self, jti: &str) -> Option<Uuid> {
        let (hidden, salt) = access_token::behind(jti)?;
        self.grants.get(&self.jti.show_with(hidden, salt)).copied()
    }
}

macro_rules! read {
    ($connection:expr, $jti:expr) => {{
        let mut connection = $connection;
        let grants: Vec<(Uuid, Uuid)> = sqlx::query_as(GRANTS).fetch_all(&mut connection).await.unwrap();
        let sessions: Vec<(String, Uuid, i64)> = sqlx::query_as(SESSIONS).fetch_all(&mut connection).await.unwrap();
        let acts: Vec<(String, Option<String>)> = sqlx::query_as(REVOCATIONS).fetch_all(&mut connection).await.unwrap();
        Trail {
            grants: grants.into_iter().collect(),
            jti: $jti,
            by_session: sessions.into_iter().map(|(act, session, count)| ((act, session), count)).collect(),
            revocations: acts.iter().filter(|(act, _)| act == "grant_revoked").count(),
            keys_revoked: acts.into_iter().filter(|(act, _)| act == "key_revoked").filter_map(|(_, kid)| kid).collect(),
        }
    }};
}

/// Reads the database at `url`, whose instance has its root secrets in `keys`.
pub async fn read(url: &str, keys: &Path) -> Trail {
    let entropy = SystemEntropy::default();
    let roots = Roots::load(keys, Missing::Refuse, &entropy).unwrap();
    let db = Db::connect(&ConnectOptions { url, connections: 1 }).await.unwrap();
    let jti = DataKeys::load(&db, &roots, Timestamp::default(), &entropy).await.unwrap().jti;
    db.close().await;
    if url.starts_with("sqlite:") {
        read!(SqliteConnection::connect(url).await.unwrap(), jti)
    } else {
        read!(PgConnection::connect(url).await.unwrap(), jti)
    }
}
