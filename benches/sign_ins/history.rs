//! PostgreSQL at size: as if the provider had served a country for years.

use std::path::Path;
use std::sync::Arc;
use std::sync::Mutex;
use std::time::Instant;

use motcua::app::App;
use motcua::base::id;
use motcua::base::time::Timestamp;
use motcua::cli::serve;
use motcua::config::Config;
use motcua::parts::issue::refresh_token::RefreshToken;
use sqlx::AssertSqlSafe;
use sqlx::Connection;
use sqlx::PgConnection;
use uuid::Uuid;

/// Asks for it, as `people=10000000 grants=100000000 days=1830`.
const VARIABLE: &str = "MOTCUA_BENCH_HISTORY";
/// Refresh tokens are drawn from so many days.
const REFRESHED_DAYS: i64 = 180;
/// Families of each of the bench's own people, before there is a history.
const FEW: usize = 12;
/// Days that are filled at once.
const WRITERS: usize = 2;
const DAY_MS: i64 = 86_400_000;
/// Within so long before the first day everybody came.
const YEAR_MS: i64 = 365 * DAY_MS;

/// How much of it.
#[derive(Clone, Copy)]
pub struct Size {
    people: i64,
    grants: i64,
    days: i64,
}

/// What was, and what is to be.
pub struct History {
    size: Size,
    database_url: String,
    connection: PgConnection,
    /// Another replica, which serves nobody: it has the keys of refresh tokens.
    replica: Arc<App>,
    /// The provider's first partition, in days since 1970: the history ends before it.
    first: i64,
}

impl Size {
    /// What the environment asks for.
    pub fn wanted() -> Option<Self> {
        let text = std::env::var(VARIABLE).ok()?;
        let number = |name: &str| {
            let value = |word: &str| word.strip_prefix(name)?.strip_prefix('=')?.parse().ok().filter(|n| *n > 0);
            let refused = || panic!("{VARIABLE} accepts people=N grants=N days=N, not {text}");
            text.split_whitespace().find_map(value).unwrap_or_else(refused)
        };
        Some(Self { people: number("people"), grants: number("grants"), days: number("days") })
    }

    /// What the configuration's `[tokens]` needs beside: nothing that is measured is too old.
    pub fn tokens(self) -> String {
        let [refresh, history] = [REFRESHED_DAYS + 20, self.days.max(REFRESHED_DAYS) + 40];
        format!("refresh_idle = \"{refresh}d\"\nrefresh_absolute = \"{refresh}d\"\nhistory = \"{history}d\"\n")
    }
}

/// What PostgreSQL is started with beside: a table that is filled in the transaction that made it needs no WAL, and
/// statistics come when they are asked for. It stays as durable.
pub fn settings() -> Vec<String> {
    let quick = ["autovacuum=off", "maintenance_work_mem=1GB", "wal_level=minimal", "max_wal_senders=0"];
    let memory = format!("shared_buffers={}MB", memory_mib() / 4);
    quick.map(str::to_owned).into_iter().chain([memory]).collect()
}

impl History {
    /// Before it, the bench's own people alone have families of those days, few.
    pub async fn begin(size: Size, config: &Path, database_url: &str) -> Self {
        const FIRST: &str = "SELECT min(substring(relname::text FROM '[0-9]+$')::bigint) FROM pg_inherits \
             JOIN pg_class ON pg_class.oid = inhrelid WHERE inhparent = 'grants'::regclass";
        let mut connection = PgConnection::connect(database_url).await.unwrap();
        let first = sqlx::query_scalar(FIRST).fetch_one(&mut connection).await.unwrap();
        let config = Config::load(Some(config)).unwrap();
        let replica = serve::build(config, serve::World::default(), serve::OnEmpty::Refuse).await.unwrap();
        let mut this = Self { size, database_url: database_url.to_owned(), connection, replica, first };
        let (from, span) = this.refreshed();
        let few = format!(
            "SELECT id, shard, {from} + (random() * {span})::bigint, TRUE FROM people, generate_series(1, {FEW})"
        );
        this.run(format!(
            "CREATE TABLE example AS SELECT client_id, client_epoch, scope, acr, amr FROM grants LIMIT 1; \
             CREATE TEMP TABLE few (LIKE grants); {}; {}",
            grants("few", &few),
            families("few")
        ))
        .await;
        this
    }

    /// Refresh tokens of so many families at most, made at evenly random instants. Their rows and those of their people
    /// were read just now: they are in memory.
    pub async fn refresh_tokens(&mut self, count: usize) -> Vec<String> {
        let (from, span) = self.refreshed();
        let at = id(&format!("{from} + (random() * {span})::bigint"), "0", RANDOM);
        let draw = format!(
            "SELECT DISTINCT f.id, f.generation FROM (SELECT {at} AS id FROM generate_series(1, {count})) AS instant \
             CROSS JOIN LATERAL (SELECT * FROM families WHERE families.id >= instant.id ORDER BY id LIMIT 1) AS f \
             WHERE (SELECT disabled_at IS NULL FROM people WHERE people.id = f.person_id AND people.shard = f.shard)"
        );
        let drawn: Vec<(Uuid, i64)> =
            sqlx::query_as(AssertSqlSafe(draw)).fetch_all(&mut self.connection).await.unwrap();
        drawn.into_iter().map(|(family, generation)| RefreshToken { family, generation }.seal(&self.replica)).collect()
    }

    /// The years go by. Whoever is in the tables stays there.
    pub async fn fill(&mut self) {
        let (begun, Size { people, grants, days }) = (Instant::now(), self.size);
        let seconds = || begun.elapsed().as_secs();
        println!("\n{people} people, {grants} grants, {days} days:");
        let everybody = self::people(people, self.came());
        self.run(anew("people", "id, shard", &everybody)).await;
        self.run(anew("names", "digest, shard", NAMES)).await;
        println!("- people and names after {} s", seconds());
        let left: Mutex<Vec<String>> = Mutex::new((1..=days).map(|n| self.day(self.first - n)).collect());
        let next = || {
            let mut left = left.lock().unwrap();
            let (sql, n) = (left.pop()?, days - left.len() as i64);
            if n * 10 / days > (n - 1) * 10 / days {
                println!("- day {n} after {} s", seconds());
            }
            Some(sql)
        };
        let write = async || {
            let mut connection = PgConnection::connect(&self.database_url).await.unwrap();
            while let Some(sql) = next() {
                sqlx::raw_sql(AssertSqlSafe(sql)).execute(&mut connection).await.unwrap();
            }
        };
        futures_util::future::join_all((0..WRITERS).map(|_| write())).await;
        let since = id::floor(Timestamp::from_micros(self.refreshed().0 * 1000));
        let of_history =
            format!("(SELECT * FROM grants WHERE offline AND id >= '{since}' AND id < '{}')", self.bound(0));
        let indexed = "CREATE INDEX families_person ON families (person_id, shard)";
        let fill = format!("DROP INDEX families_person; {}; {indexed}", families(&of_history));
        self.run(anew("families", "id, shard", &fill)).await;
        println!("- refresh families after {} s", seconds());
    }

    pub async fn analyze(&mut self) {
        let begun = Instant::now();
        self.run("ANALYZE".to_owned()).await;
        println!("\nANALYZE took {} s.", begun.elapsed().as_secs());
    }

    /// Begins with what was written before on disk, and says how much there is.
    pub async fn settle(&mut self, state: &str) {
        self.run("CHECKPOINT".to_owned()).await;
        const COUNT: &str = "SELECT pg_database_size(current_database()), (SELECT COUNT(*) FROM families)";
        let (bytes, families): (i64, i64) = sqlx::query_as(COUNT).fetch_one(&mut self.connection).await.unwrap();
        let (size, memory) = (bytes as f64 / 1e9, memory_mib() as f64 / 1024.0);
        println!("\n{state}: {size:.2} GB, {families} refresh families; the machine has {memory:.0} GiB of memory.");
    }

    /// One day's partitions, made, filled and then attached, which indexes them.
    fn day(&self, day: i64) -> String {
        let Size { people, grants: all, days } = self.size;
        let (from, count) = (day * DAY_MS, all / days);
        let numbered = format!(
            "SELECT {from} + n * {DAY_MS} / {count} AS millis, n % 10 = 0 AS offline, \
             1 + floor(random() * {people})::bigint AS person FROM generate_series(0::bigint, {count} - 1) AS n"
        );
        let rows = format!(
            "SELECT {}, {}, millis, offline FROM ({numbered}) AS n",
            person("person", people, self.came()),
            shard("person")
        );
        let attach = |table: &str| {
            let (from, to) = (self.bound(day - self.first), self.bound(day - self.first + 1));
            format!("ALTER TABLE {table} ATTACH PARTITION {table}_{day} FOR VALUES FROM ('{from}') TO ('{to}')")
        };
        let made = |table: &str| format!("CREATE TABLE {table}_{day} (LIKE {table} INCLUDING ALL EXCLUDING INDEXES)");
        let (filled, both) = (grants(&format!("grants_{day}"), &rows), ["grants", "audit_events"]);
        format!("BEGIN; {}; {filled}; {}; COMMIT", both.map(made).join("; "), both.map(attach).join("; "))
    }

    /// So many days after the history.
    fn bound(&self, days: i64) -> Uuid {
        id::floor(Timestamp::from_micros((self.first + days) * DAY_MS * 1000))
    }

    /// Since which millisecond people came.
    fn came(&self) -> i64 {
        (self.first - self.size.days) * DAY_MS - YEAR_MS
    }

    /// From which millisecond, and for how many, families are drawn.
    fn refreshed(&self) -> (i64, i64) {
        let days = self.size.days.min(REFRESHED_DAYS);
        ((self.first - days) * DAY_MS, days * DAY_MS)
    }

    async fn run(&mut self, sql: String) {
        sqlx::raw_sql(AssertSqlSafe(sql)).execute(&mut self.connection).await.unwrap();
    }
}

fn memory_mib() -> u64 {
    let text = std::fs::read_to_string("/proc/meminfo").unwrap();
    let total = text.lines().find_map(|line| line.strip_prefix("MemTotal:")).unwrap();
    total.split_whitespace().next().unwrap().parse::<u64>().unwrap() / 1024
}

/// The last 64 bits of an id.
const RANDOM: &str = "substring(uuid_send(gen_random_uuid()) FROM 9)";

/// An id as `base::id` makes them, in SQL.
fn id(millis: &str, shard: &str, tail: &str) -> String {
    format!("encode(int8send((({millis}) << 16) | x'7000'::bigint | {shard}) || {tail}, 'hex')::uuid")
}

fn shard(person: &str) -> String {
    format!("(hashint8({person}) & 4095)")
}

/// The id of the person with a number, known without looking.
fn person(number: &str, people: i64, came: i64) -> String {
    let millis = format!("{came} + {number} * {YEAR_MS} / {people}");
    id(&millis, &shard(number), &format!("'\\x80' || substring(int8send({number}) FROM 2)"))
}

/// Writes grants like one that a sign-in gave. `rows`: person, shard, millisecond, whether there are refresh tokens.
fn grants(table: &str, rows: &str) -> String {
    let fresh = id("millis", "shard", RANDOM);
    let session = id("millis - 60000", "shard", RANDOM);
    format!(
        "INSERT INTO {table} (id, shard, redemption_id, client_id, client_epoch, person_id, session_id, scope, \
         auth_time, acr, amr, offline, created_at) SELECT {fresh}, shard, {fresh}, client_id, client_epoch, person_id, {session}, \
         CASE WHEN offline THEN scope || ' offline_access' ELSE scope END, (millis - 60000) * 1000, acr, amr, offline, \
         millis * 1000 FROM ({rows}) AS made (person_id, shard, millis, offline) CROSS JOIN example"
    )
}

/// Writes the families of grants.
fn families(of: &str) -> String {
    let same = "id, shard, client_id, client_epoch, person_id, session_id, scope, auth_time, acr, amr, created_at";
    format!("INSERT INTO families ({same}, generation, used_at) SELECT {same}, 0, created_at FROM {of} AS g")
}

/// So many people, each with two names: sealed data are somebody else's, digests those of nothing.
fn people(count: i64, came: i64) -> String {
    let (id, shard) = (person("n", count, came), shard("n"));
    format!(
        "INSERT INTO people (id, shard, data, user_name, email, created_at, updated_at) \
         SELECT {id}, {shard}, data, sha256(int8send(n)), sha256(int8send(-n)), at, at FROM (SELECT n, \
         ({came} + n * {YEAR_MS} / {count}) * 1000 AS at FROM generate_series(1, {count}::bigint) AS n) AS made \
         CROSS JOIN (SELECT data FROM kept LIMIT 1) AS example"
    )
}

const NAMES: &str = "INSERT INTO names (digest, shard, person_id) \
     SELECT digest, get_byte(digest, 0) * 16 + get_byte(digest, 1) / 16, id \
     FROM people CROSS JOIN LATERAL (VALUES (user_name), (email)) AS named (digest) \
     WHERE digest NOT IN (SELECT digest FROM kept)";

/// Writes a table anew, with more rows in it, and indexes it then.
fn anew(table: &str, key: &str, fill: &str) -> String {
    format!(
        "BEGIN; CREATE TEMP TABLE kept ON COMMIT DROP AS TABLE {table}; TRUNCATE {table}; \
         ALTER TABLE {table} DROP CONSTRAINT {table}_pkey; INSERT INTO {table} TABLE kept; {fill}; \
         ALTER TABLE {table} ADD PRIMARY KEY ({key}); COMMIT"
    )
}
