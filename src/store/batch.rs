//! Statements that take any number of rows. On PostgreSQL each column is one array, so that one prepared text serves every
//! size; SQLite has no arrays, and gets a text for each power of two, filled up with rows of nothing.

use std::borrow::Cow;
use std::sync::OnceLock;

use serde::Serialize;
use serde_json::Value;
use sqlx::FromRow;
use sqlx::PgConnection;
use sqlx::Postgres;
use sqlx::Sqlite;
use sqlx::SqliteConnection;
use sqlx::postgres::PgArguments;
use sqlx::postgres::PgRow;
use sqlx::query::Query;
use sqlx::sqlite::SqliteArguments;
use sqlx::sqlite::SqliteRow;
use uuid::Uuid;

use super::db::Db;
use super::db::Tx;
use crate::base::fault::Fault;
use crate::base::id::Shard;

/// A connection on which a batch is written.
pub(super) enum On<'a> {
    Sqlite(&'a mut SqliteConnection),
    /// `is_spread`: Citus spreads the people over machines, and all rows are of one group.
    Postgres {
        connection: &'a mut PgConnection,
        is_spread: bool,
    },
}

impl<'a> From<&'a mut SqliteConnection> for On<'a> {
    fn from(connection: &'a mut SqliteConnection) -> Self {
        Self::Sqlite(connection)
    }
}

/// The rows may be of several groups.
impl<'a> From<&'a mut PgConnection> for On<'a> {
    fn from(connection: &'a mut PgConnection) -> Self {
        Self::Postgres { connection, is_spread: false }
    }
}

impl On<'_> {
    /// The same, for one statement more.
    pub(super) fn again(&mut self) -> On<'_> {
        match self {
            Self::Sqlite(connection) => On::Sqlite(connection),
            Self::Postgres { connection, is_spread } => On::Postgres { connection, is_spread: *is_spread },
        }
    }
}

/// A statement that reads its rows from `v`, which has these columns; the first is in no row NULL. What not every engine
/// takes stands in comments: `/*FOR SHARE*/` where rows must be locked, as SQLite need not, whose writers follow one another;
/// `/*AND table.shard = ANY($2)*/` for Citus, which finds by the values of the second column where the rows lie.
pub(super) struct Batch {
    before: &'static str,
    columns: &'static [&'static str],
    after: &'static str,
    postgres: OnceLock<String>,
    citus: OnceLock<String>,
    sqlite: [OnceLock<String>; SIZES],
}

/// One column of all rows.
pub(super) enum Column<'a> {
    Ids(Vec<Option<Uuid>>),
    Shards(Vec<i32>),
    Numbers(Vec<Option<i64>>),
    Flags(Vec<bool>),
    Texts(Vec<Option<Cow<'a, str>>>),
    Bytes(Vec<Option<&'a [u8]>>),
    Objects(Vec<Value>),
}

/// Rows of one statement at most; more become several.
pub(super) const MOST: usize = 1 << (SIZES - 1);
const SIZES: usize = 8;

impl Batch {
    pub(super) const fn new(before: &'static str, columns: &'static [&'static str], after: &'static str) -> Self {
        let sqlite = [const { OnceLock::new() }; SIZES];
        Self { before, columns, after, postgres: OnceLock::new(), citus: OnceLock::new(), sqlite }
    }

    /// Writes at most [`MOST`] rows; what the statement returns.
    pub(super) async fn fetch<T>(&'static self, on: On<'_>, rows: Vec<Column<'_>>) -> Result<Vec<T>, sqlx::Error>
    where
        T: for<'r> FromRow<'r, PgRow> + for<'r> FromRow<'r, SqliteRow> + Send + Unpin,
    {
        match on {
            On::Sqlite(c) => {
                let rows = self.on_sqlite(&rows).fetch_all(c).await?;
                rows.iter().map(T::from_row).collect()
            }
            On::Postgres { connection, is_spread } => {
                let rows = self.on_postgres(rows, is_spread).fetch_all(connection).await?;
                rows.iter().map(T::from_row).collect()
            }
        }
    }

    /// Writes at most [`MOST`] rows.
    pub(super) async fn execute(&'static self, on: On<'_>, rows: Vec<Column<'_>>) -> Result<(), sqlx::Error> {
        match on {
            On::Sqlite(c) => self.on_sqlite(&rows).execute(c).await.map(|_| ()),
            On::Postgres { connection, is_spread } => {
                self.on_postgres(rows, is_spread).execute(connection).await.map(|_| ())
            }
        }
    }

    /// Writes any number of rows in `tx`.
    pub(super) async fn execute_in<R>(
        &'static self,
        tx: &mut Tx,
        rows: &[R],
        columns: impl for<'a> Fn(&'a [R]) -> Vec<Column<'a>>,
    ) -> Result<(), Fault> {
        for some in rows.chunks(MOST) {
            in_tx!(tx, c => self.execute(On::from(c), columns(some)).await)?;
        }
        Ok(())
    }

    /// The same, and what the statement returns.
    pub(super) async fn fetch_in<T, R>(
        &'static self,
        tx: &mut Tx,
        rows: &[R],
        columns: impl for<'a> Fn(&'a [R]) -> Vec<Column<'a>>,
    ) -> Result<Vec<T>, Fault>
    where
        T: for<'r> FromRow<'r, PgRow> + for<'r> FromRow<'r, SqliteRow> + Send + Unpin,
    {
        let mut found = Vec::new();
        for some in rows.chunks(MOST) {
            found.extend(in_tx!(tx, c => self.fetch(On::from(c), columns(some)).await)?);
        }
        Ok(found)
    }

    /// The same of a statement that reads alone.
    pub(super) async fn read<T, R>(
        &'static self,
        db: &Db,
        rows: &[R],
        columns: impl for<'a> Fn(&'a [R]) -> Vec<Column<'a>>,
    ) -> Result<Vec<T>, Fault>
    where
        T: for<'r> FromRow<'r, PgRow> + for<'r> FromRow<'r, SqliteRow> + Send + Unpin,
    {
        let mut found = Vec::new();
        for some in rows.chunks(MOST) {
            found.extend(on!(db.reads, c => self.fetch(On::from(c), columns(some)).await)?);
        }
        Ok(found)
    }

    fn on_postgres(&'static self, rows: Vec<Column<'_>>, is_spread: bool) -> Query<'static, Postgres, PgArguments> {
        let text = if is_spread { &self.citus } else { &self.postgres };
        let after = || match is_spread {
            true => self.after.replace("/*", "").replace("*/", ""),
            false => self.after.replace("/*FOR SHARE*/", "FOR SHARE"),
        };
        let text = text.get_or_init(|| self.text_for_arrays(&rows, &after()));
        rows.into_iter().fold(sqlx::query(text.as_str()), |query, column| column.bind_all(query))
    }

    fn text_for_arrays(&self, rows: &[Column<'_>], after: &str) -> String {
        let array = |(column, n): (&Column<'_>, u32)| format!("${n}::{}[]", column.type_name());
        let arrays: Vec<String> = rows.iter().zip(1..).map(array).collect();
        format!("{}UNNEST({}) AS v ({}){after}", self.before, arrays.join(", "), self.columns.join(", "))
    }

    fn on_sqlite(&'static self, rows: &[Column<'_>]) -> Query<'static, Sqlite, SqliteArguments> {
        let count = rows.first().map_or(0, Column::len);
        let size = count.next_power_of_two();
        let at = usize::try_from(size.trailing_zeros()).ok();
        let text =
            at.and_then(|at| self.sqlite.get(at)).map_or("", |text| text.get_or_init(|| self.text_for_sqlite(size)));
        let all = (0..size).flat_map(|row| rows.iter().map(move |column| (column, row)));
        all.fold(sqlx::query(text), |query, (column, row)| column.bind(row, query))
    }

    fn text_for_sqlite(&self, size: usize) -> String {
        let named: Vec<String> = self.columns.iter().zip(1..).map(|(name, n)| format!("column{n} AS {name}")).collect();
        let row = format!("({})", vec!["?"; self.columns.len()].join(", "));
        let (before, after, named, rows) = (self.before, self.after, named.join(", "), vec![row; size].join(", "));
        format!("{before}(SELECT {named} FROM (VALUES {rows}) WHERE column1 IS NOT NULL) AS v{after}")
    }
}

impl<'a> Column<'a> {
    pub(super) fn ids(of: impl Iterator<Item = Uuid>) -> Self {
        Self::Ids(of.map(Some).collect())
    }

    /// The shards that these ids name.
    pub(super) fn shards(of: impl Iterator<Item = Uuid>) -> Self {
        Self::Shards(of.map(|id| Shard::of(id).number()).collect())
    }

    pub(super) fn numbers(of: impl Iterator<Item = i64>) -> Self {
        Self::Numbers(of.map(Some).collect())
    }

    pub(super) fn bytes(of: impl Iterator<Item = &'a [u8]>) -> Self {
        Self::Bytes(of.map(Some).collect())
    }

    pub(super) fn texts(of: impl Iterator<Item = &'a str>) -> Self {
        Self::Texts(of.map(|text| Some(Cow::Borrowed(text))).collect())
    }

    /// Of those that may be missing.
    pub(super) fn some_texts(of: impl Iterator<Item = Option<&'a str>>) -> Self {
        Self::Texts(of.map(|text| text.map(Cow::Borrowed)).collect())
    }

    /// Of what is written as JSON.
    pub(super) fn objects(of: impl Iterator<Item = impl Serialize>) -> Self {
        Self::Objects(of.map(|value| serde_json::to_value(value).unwrap_or_default()).collect())
    }

    const fn type_name(&self) -> &'static str {
        match self {
            Self::Ids(_) => "uuid",
            Self::Shards(_) => "integer",
            Self::Numbers(_) => "bigint",
            Self::Flags(_) => "boolean",
            Self::Texts(_) => "text",
            Self::Bytes(_) => "bytea",
            Self::Objects(_) => "jsonb",
        }
    }

    fn len(&self) -> usize {
        match self {
            Self::Ids(values) => values.len(),
            Self::Shards(values) => values.len(),
            Self::Numbers(values) => values.len(),
            Self::Flags(values) => values.len(),
            Self::Texts(values) => values.len(),
            Self::Bytes(values) => values.len(),
            Self::Objects(values) => values.len(),
        }
    }

    fn bind_all<'q>(self, query: Query<'q, Postgres, PgArguments>) -> Query<'q, Postgres, PgArguments> {
        match self {
            Self::Ids(values) => query.bind(values),
            Self::Shards(values) => query.bind(values),
            Self::Numbers(values) => query.bind(values),
            Self::Flags(values) => query.bind(values),
            Self::Texts(values) => query.bind(values),
            Self::Bytes(values) => query.bind(values),
            Self::Objects(values) => query.bind(values),
        }
    }

    /// Binds the value of one row; nothing where there is no such row.
    fn bind<'q>(&self, row: usize, query: Query<'q, Sqlite, SqliteArguments>) -> Query<'q, Sqlite, SqliteArguments> {
        match self {
            Self::Ids(values) => query.bind(values.get(row).copied().flatten()),
            Self::Shards(values) => query.bind(values.get(row).copied()),
            Self::Numbers(values) => query.bind(values.get(row).copied().flatten()),
            Self::Flags(values) => query.bind(values.get(row).copied()),
            Self::Texts(values) => query.bind(values.get(row).and_then(|text| text.as_deref())),
            Self::Bytes(values) => query.bind(values.get(row).copied().flatten()),
            Self::Objects(values) => query.bind(values.get(row).cloned()),
        }
    }
}
