//! The floor: rows that are there already are written once more elsewhere, by nothing but SQL.

use std::str::FromStr;
use std::time::Duration;
use std::time::Instant;

use motcua::base::id;
use motcua::base::id::Shard;
use motcua::base::random::SystemEntropy;
use motcua::base::time::Timestamp;
use sqlx::Connection;
use sqlx::FromRow;
use sqlx::PgConnection;
use sqlx::QueryBuilder;
use sqlx::Sqlite;
use sqlx::SqliteConnection;
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::sqlite::SqliteJournalMode;
use sqlx::sqlite::SqliteSynchronous;
use uuid::Uuid;

/// People of one transaction, as an import has them.
const BATCH: i64 = 1000;

#[derive(FromRow)]
struct Person {
    id: Uuid,
    data: Vec<u8>,
    user_name: Vec<u8>,
    identity_number: Vec<u8>,
    email: Vec<u8>,
    created_at: i64,
    credential: Uuid,
    secret: String,
    declared: Vec<u8>,
}

/// Names in the order in which an import writes them: digest, shard, whose.
type Name<'a> = (&'a [u8], i32, Uuid);

const PAGE: &str = "SELECT people.id, people.data, people.user_name, people.identity_number, people.email, \
     people.created_at, credentials.id AS credential, credentials.secret, credentials.declared \
     FROM (SELECT * FROM people WHERE id > $1 ORDER BY id LIMIT $2) AS people \
     JOIN credentials ON credentials.person_id = people.id AND credentials.shard = people.shard \
     AND credentials.kind = 'password' ORDER BY people.id";

/// Copies everybody; how long it took to write them.
pub async fn copy(from: &str, to: &str) -> Duration {
    if from.starts_with("sqlite:") { copy_sqlite(from, to).await } else { copy_postgres(from, to).await }
}

async fn copy_sqlite(from: &str, to: &str) -> Duration {
    let options = |url: &str| {
        let options = SqliteConnectOptions::from_str(url).unwrap();
        options.journal_mode(SqliteJournalMode::Wal).synchronous(SqliteSynchronous::Full) // as the program's
    };
    let mut from = SqliteConnection::connect_with(&options(from)).await.unwrap();
    let mut to = SqliteConnection::connect_with(&options(to)).await.unwrap();
    let (mut after, mut took) = (Uuid::nil(), Duration::ZERO);
    loop {
        let page: Vec<Person> = sqlx::query_as(PAGE).bind(after).bind(BATCH).fetch_all(&mut from).await.unwrap();
        let Some(last) = page.last() else { return took };
        after = last.id;
        let begun = Instant::now();
        write_sqlite(&mut to, &page).await;
        took += begun.elapsed();
    }
}

async fn write_sqlite(to: &mut SqliteConnection, page: &[Person]) {
    sqlx::query("BEGIN IMMEDIATE").execute(&mut *to).await.unwrap();
    for (table, names) in [("names", names(page)), ("births", births(page))] {
        let mut sql = QueryBuilder::<Sqlite>::new(format!("INSERT INTO {table} (digest, shard, person_id) "));
        sql.push_values(names, |mut row, (digest, shard, person)| {
            row.push_bind(digest).push_bind(shard).push_bind(person);
        });
        sql.build().execute(&mut *to).await.unwrap();
    }
    let mut sql = QueryBuilder::<Sqlite>::new(
        "INSERT INTO people (id, shard, data, user_name, identity_number, email, created_at, updated_at) ",
    );
    sql.push_values(page, |mut row, person| {
        row.push_bind(person.id).push_bind(Shard::of(person.id).number()).push_bind(&person.data);
        row.push_bind(&person.user_name).push_bind(&person.identity_number).push_bind(&person.email);
        row.push_bind(person.created_at).push_bind(person.created_at);
    });
    sql.build().execute(&mut *to).await.unwrap();
    let mut sql = QueryBuilder::<Sqlite>::new(
        "INSERT INTO credentials (id, shard, person_id, kind, secret, created_at, updated_at, declared) ",
    );
    sql.push_values(page, |mut row, person| {
        row.push_bind(person.credential).push_bind(Shard::of(person.id).number()).push_bind(person.id);
        row.push_bind("password").push_bind(&person.secret);
        row.push_bind(person.created_at).push_bind(person.created_at).push_bind(&person.declared);
    });
    sql.build().execute(&mut *to).await.unwrap();
    let (id, at) = event(page);
    sqlx::query(EVENT).bind(id).bind(Shard::of(id).number()).bind(at).execute(&mut *to).await.unwrap();
    sqlx::query("COMMIT").execute(to).await.unwrap();
}

const EVENT: &str = "INSERT INTO audit_events (id, shard, at, act) VALUES ($1, $2, $3, 'people_imported')";

async fn copy_postgres(from: &str, to: &str) -> Duration {
    let mut from = PgConnection::connect(from).await.unwrap();
    sqlx::query("ANALYZE people, credentials").execute(&mut from).await.unwrap(); // or a page reads all of them
    let mut to = PgConnection::connect(to).await.unwrap();
    let (mut after, mut took) = (Uuid::nil(), Duration::ZERO);
    loop {
        let page: Vec<Person> = sqlx::query_as(PAGE).bind(after).bind(BATCH).fetch_all(&mut from).await.unwrap();
        let Some(last) = page.last() else { return took };
        after = last.id;
        let begun = Instant::now();
        write_postgres(&mut to, &page).await;
        took += begun.elapsed();
    }
}

async fn write_postgres(to: &mut PgConnection, page: &[Person]) {
    const NAMES: &str = "INSERT INTO names (digest, shard, person_id) \
         SELECT * FROM UNNEST($1::bytea[], $2::integer[], $3::uuid[])";
    const PEOPLE: &str = "INSERT INTO people (id, shard, data, user_name, identity_number, email, created_at, updated_at) \
         SELECT * FROM UNNEST($1::uuid[], $2::integer[], $3::bytea[], $4::bytea[], $5::bytea[], $6::bytea[], \
         $7::bigint[], $7::bigint[])";
    const PASSWORDS: &str = "INSERT INTO credentials (id, shard, person_id, kind, secret, created_at, updated_at, declared) \
         SELECT id, shard, person_id, 'password', secret, at, at, declared FROM UNNEST($1::uuid[], $2::integer[], \
         $3::uuid[], $4::text[], $5::bigint[], $6::bytea[]) AS v (id, shard, person_id, secret, at, declared)";
    const BIRTHS: &str = "INSERT INTO births (digest, shard, person_id) \
         SELECT * FROM UNNEST($1::bytea[], $2::integer[], $3::uuid[])";
    let mut tx = to.begin().await.unwrap();
    for (sql, names) in [(NAMES, names(page)), (BIRTHS, births(page))] {
        sqlx::query(sql)
            .bind(names.iter().map(|(digest, ..)| *digest).collect::<Vec<_>>())
            .bind(names.iter().map(|(_, shard, _)| *shard).collect::<Vec<_>>())
            .bind(names.iter().map(|(.., person)| *person).collect::<Vec<_>>())
            .execute(&mut *tx)
            .await
            .unwrap();
    }
    let ids: Vec<Uuid> = page.iter().map(|person| person.id).collect();
    let shards: Vec<i32> = ids.iter().map(|id| Shard::of(*id).number()).collect();
    let ats: Vec<i64> = page.iter().map(|person| person.created_at).collect();
    let column = |of: fn(&Person) -> &[u8]| page.iter().map(of).collect::<Vec<_>>();
    sqlx::query(PEOPLE)
        .bind(&ids)
        .bind(&shards)
        .bind(column(|person| &person.data))
        .bind(column(|person| &person.user_name))
        .bind(column(|person| &person.identity_number))
        .bind(column(|person| &person.email))
        .bind(&ats)
        .execute(&mut *tx)
        .await
        .unwrap();
    sqlx::query(PASSWORDS)
        .bind(page.iter().map(|person| person.credential).collect::<Vec<_>>())
        .bind(&shards)
        .bind(&ids)
        .bind(page.iter().map(|person| person.secret.as_str()).collect::<Vec<_>>())
        .bind(&ats)
        .bind(column(|person| &person.declared))
        .execute(&mut *tx)
        .await
        .unwrap();
    let (id, at) = event(page);
    sqlx::query(EVENT).bind(id).bind(Shard::of(id).number()).bind(at).execute(&mut *tx).await.unwrap();
    tx.commit().await.unwrap();
}

fn names(page: &[Person]) -> Vec<Name<'_>> {
    let mut names: Vec<Name<'_>> = Vec::with_capacity(3 * page.len());
    for person in page {
        for digest in [&person.user_name, &person.identity_number, &person.email] {
            names.push((digest, Shard::of_digest(digest).number(), person.id));
        }
    }
    names.sort_unstable();
    names
}

/// Another digest, as long and as random, stands for that of name and birth date.
fn births(page: &[Person]) -> Vec<Name<'_>> {
    let shard = |digest: &[u8]| Shard::of_digest(digest).number();
    let mut births: Vec<Name<'_>> =
        page.iter().map(|person| (&*person.identity_number, shard(&person.identity_number), person.id)).collect();
    births.sort_unstable();
    births
}

/// The audit event of a batch.
fn event(page: &[Person]) -> (Uuid, i64) {
    let at = page[0].created_at;
    (id::new(Timestamp::from_micros(at), &SystemEntropy::default()), at)
}
