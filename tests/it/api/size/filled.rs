//! A country at its size: rows in bulk, by one statement for each table.

use motcua::base::id;
use sqlx::AssertSqlSafe;
use sqlx::Connection;
use sqlx::PgConnection;

use crate::store::execute;
use crate::store::is_postgres;
use crate::town::Town;

pub const EVENTS: i64 = 1_000_000;
pub const CLIENTS: i64 = 50_000;
pub const SERVICES: i64 = 3_000;
pub const AGENCIES: i64 = 3_500;
/// Before the reform and after it, without provinces.
pub const COMMUNES: i64 = 10_732 + 3_322;
/// Of each other list.
pub const MANY: i64 = 50_000;

const NOBODY: &str = "00000000-0000-7000-8000-000000000000";

/// How one engine writes what the statements below need.
struct Words {
    is_postgres: bool,
    /// What begins the ids of events, by their time.
    lately: String,
}

impl Words {
    fn numbers(&self, count: i64) -> String {
        match self.is_postgres {
            true => format!("generate_series(1, {count}) AS s(n)"),
            false => format!(
                "(WITH RECURSIVE s(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM s WHERE n < {count}) SELECT n FROM s) AS s"
            ),
        }
    }

    fn key(&self, prefix: &str, number: &str) -> String {
        match self.is_postgres {
            true => format!("'{prefix}-' || lpad(({number})::text, 6, '0')"),
            false => format!("'{prefix}-' || printf('%06d', {number})"),
        }
    }

    /// An id of the kind that a number stands for.
    fn id(&self, kind: char, number: &str) -> String {
        self.id_after(&format!("000000000000700{kind}80"), number)
    }

    fn late_id(&self, number: &str) -> String {
        self.id_after(&format!("{}80", self.lately), number)
    }

    fn id_after(&self, begun: &str, number: &str) -> String {
        match self.is_postgres {
            true => format!("('{begun}' || lpad(to_hex({number}), 14, '0'))::uuid"),
            false => format!("unhex('{begun}' || printf('%014x', {number}))"),
        }
    }
}

/// Fills the lists of the API.
pub async fn fill(town: &Town) {
    let is_postgres = is_postgres(&town.app.db);
    let floor = id::floor(town.app.clock.now() - std::time::Duration::from_secs(3600)).simple().to_string();
    let words = Words { is_postgres, lately: floor[..16].to_owned() };
    let mut all = of_hierarchy(&words);
    all.extend(of_registry(&words));
    all.extend(of_officials(&words));
    all.push("UPDATE hierarchy SET revision = revision + 1".to_owned());
    all.push("ANALYZE".to_owned());
    if !is_postgres {
        for sql in all {
            execute(&town.app.db, &sql).await;
        }
        return;
    }
    // The program's connections wait for no statement as long as these take.
    let mut connection = PgConnection::connect(town.database_url()).await.unwrap();
    for sql in all {
        sqlx::raw_sql(AssertSqlSafe(sql)).execute(&mut connection).await.unwrap();
    }
    connection.close().await.unwrap();
}

/// Provinces and communes of the years before and after a reform, and an office in each of many.
fn of_hierarchy(words: &Words) -> Vec<String> {
    let (name, into) =
        ("'{\"vi\":\"x\",\"en\":\"x\"}'", "INSERT INTO units (id, level, rank, code, name, valid_from, valid_to)");
    let parents = "INSERT INTO unit_parents (unit_id, rank, valid_from, parent_id, parent_rank)";
    let days = |last: i64| {
        format!(
            "CASE WHEN n <= {last} THEN 20200101 ELSE 20250701 END, CASE WHEN n <= {last} THEN 20250701 ELSE 99991231 END"
        )
    };
    let (own, above) = (words.id('1', "n"), words.id('2', "CASE WHEN n <= 10732 THEN 1 + n % 63 ELSE 64 + n % 34 END"));
    let (province, country) = (words.id('2', "n"), "(SELECT id FROM units WHERE code = 'vn')");
    let begun = "CASE WHEN n <= 10732 THEN 20200101 ELSE 20250701 END";
    vec![
        format!(
            "{into} SELECT {province}, 'province', 1, {}, {name}, {} FROM {}",
            words.key("p", "n"),
            days(63),
            words.numbers(97)
        ),
        format!(
            "{into} SELECT {own}, 'commune', 3, {}, {name}, {} FROM {}",
            words.key("c", "n"),
            days(10_732),
            words.numbers(COMMUNES)
        ),
        format!(
            "{parents} SELECT {province}, 1, CASE WHEN n <= 63 THEN 20200101 ELSE 20250701 END, {country}, 0 FROM {}",
            words.numbers(97)
        ),
        format!("{parents} SELECT {own}, 3, {begun}, {above}, 1 FROM {}", words.numbers(COMMUNES)),
        format!(
            "INSERT INTO agencies (id, name, sector) SELECT {}, {name}, 'all' FROM {}",
            words.key("office", "n"),
            words.numbers(AGENCIES)
        ),
        format!(
            "INSERT INTO agency_places (agency_id, depth, valid_from, unit_id, branch) SELECT {}, 0, 20250701, {}, NULL FROM {}",
            words.key("office", "n"),
            words.id('1', "10733 + n % 3322"),
            words.numbers(AGENCIES)
        ),
    ]
}

fn of_registry(words: &Words) -> Vec<String> {
    let text = "'{\"vi\":\"x\",\"en\":\"x\"}'";
    let clerk = |column: &str| format!("(SELECT {column} FROM clients WHERE id = 'clerk')");
    vec![
        format!(
            "INSERT INTO services (id, agency_id, name, purpose, legal_basis) SELECT {}, {}, {text}, {text}, 'consent' FROM {}",
            words.key("service", "n"),
            words.key("office", "1 + n % 3400"),
            words.numbers(SERVICES)
        ),
        format!(
            "INSERT INTO clients (id, service_id, sector, metadata, secrets, created_at, updated_at) \
             SELECT {}, {}, {}, {}, '[]', n, n FROM {}",
            words.key("filled", "n"),
            words.key("service", "1 + n % 2900"),
            clerk("sector"),
            clerk("metadata"),
            words.numbers(CLIENTS)
        ),
        format!(
            "INSERT INTO registration_versions (kind, subject, number, epoch, what, at, members, state) \
             SELECT kind, subject, n + 1000, epoch, 'changed', at, members, state FROM registration_versions, {} \
             WHERE kind = 'client' AND subject = 'clerk' AND number = 1",
            words.numbers(MANY)
        ),
        format!(
            "INSERT INTO families (id, shard, client_id, client_epoch, person_id, session_id, scope, auth_time, acr, amr, \
             created_at, generation, used_at) SELECT {}, 0, 'clerk', {}, {}, {}, 'openid', n, 'urn:motcua:acr:1', 'pwd', n, 0, n \
             FROM {}",
            words.late_id("n"),
            clerk("created_at"),
            words.id('7', "n"),
            words.id('8', "n"),
            words.numbers(MANY)
        ),
    ]
}

fn of_officials(words: &Words) -> Vec<String> {
    let late = words.late_id("n");
    vec![
        // A fifth was taken away, and a tenth has run out.
        format!(
            "INSERT INTO rights (id, person_id, role, unit_id, subordinates, may_delegate, valid_from, valid_until, granted_by, \
             granted_at, revoked_at, revoked_by) SELECT {late}, {}, 'auditor', {}, FALSE, FALSE, 1, \
             CASE WHEN n % 10 = 0 THEN 2 END, 'machine', 1, CASE WHEN n % 5 = 1 THEN 3 END, \
             CASE WHEN n % 5 = 1 THEN 'machine' END FROM {}",
            words.id('7', "n"),
            words.id('1', "10733 + n % 3322"),
            words.numbers(MANY + MANY / 2)
        ),
        format!(
            "INSERT INTO pending_acts (id, act, deed, seen, asked_by, reason, asked_at, expires_at, state) \
             SELECT {late}, 'keys.rotate', '{{\"deed\":\"rotate-key\",\"algorithm\":\"ES256\",\"at_once\":false}}', {}, 'machine', \
             'a test', 1, 9000000000000000, CASE WHEN n % 3 = 0 THEN 'refused' ELSE 'waits' END FROM {}",
            if words.is_postgres { "'\\x00'::bytea" } else { "X'00'" },
            words.numbers(2 * MANY)
        ),
        format!(
            "INSERT INTO outbox (id, kind, client_id, payload, created_at, tries, next_try_at, given_up_at) \
             SELECT {late}, 'backchannel_logout', 'clerk', '{{\"session\":\"{NOBODY}\",\"person\":\"{NOBODY}\"}}', n, 1, n, n FROM {}",
            words.numbers(MANY)
        ),
        format!(
            "INSERT INTO letters (id, shard, channel, payload, created_at, expires_at, tries, next_try_at, given_up_at) \
             SELECT {}, 0, 'mail', {}, n, n, 1, n, n FROM {}",
            words.late_id("n + 500000"),
            if words.is_postgres { "'\\x00'::bytea" } else { "X'00'" },
            words.numbers(MANY)
        ),
        format!(
            "INSERT INTO audit_events (id, shard, at, act, client_id, actor, office) \
             SELECT {late}, 0, n, 'signed_in', {}, CASE WHEN n % 4 = 0 THEN 'client:clerk' END, \
             CASE WHEN n % 4 = 0 THEN 'everywhere' END FROM {}",
            words.key("filled", "1 + n % 50000"),
            words.numbers(EVENTS)
        ),
    ]
}

/// Much that is others', and a little that belongs to a district.
pub async fn fill_little(town: &Town) {
    let words = Words { is_postgres: is_postgres(&town.app.db), lately: "0192000000007000".to_owned() };
    let text = "'{\"vi\":\"x\",\"en\":\"x\"}'";
    let (own, other) = ("(SELECT id FROM units WHERE code = '101')", "(SELECT id FROM units WHERE code = '201')");
    let clerk = |column: &str| format!("(SELECT {column} FROM clients WHERE id = 'clerk')");
    for sql in [
        format!(
            "INSERT INTO services (id, agency_id, name, purpose, legal_basis) SELECT {}, CASE WHEN n > 30 THEN '201-health' \
             WHEN n % 2 = 0 THEN '101-health' ELSE '00001-justice' END, {text}, {text}, 'consent' FROM {}",
            words.key("mine", "n"),
            words.numbers(1_000)
        ),
        format!(
            "INSERT INTO clients (id, service_id, sector, metadata, secrets, created_at, updated_at) \
             SELECT {}, {}, {}, {}, '[]', n, n FROM {}",
            words.key("filled", "n"),
            words.key("mine", "1 + n % 1000"),
            clerk("sector"),
            clerk("metadata"),
            words.numbers(10_000)
        ),
        // Of those of the district some have run out.
        format!(
            "INSERT INTO rights (id, person_id, role, unit_id, subordinates, may_delegate, valid_from, valid_until, granted_by, \
             granted_at) SELECT {}, {}, 'auditor', CASE WHEN n <= 250 THEN {own} ELSE {other} END, FALSE, FALSE, 1, \
             CASE WHEN n <= 50 THEN 2 END, 'machine', 1 FROM {}",
            words.late_id("n"),
            words.id('7', "n"),
            words.numbers(1_000)
        ),
    ] {
        execute(&town.app.db, &sql).await;
    }
}
